// The command line of the checks: what cannot be meant is a usage error, and the time limit covers
// it all.
#include <algorithm>
#include <array>
#include <chrono>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "tests/live/lab.h"
#include "tests/live/program.h"
#include "tests/live/runs.h"
#include "tests/live/system_call.h"

namespace {

const std::string program = "plugins/check_ephemeral_ports";

struct SmallRange {
    lab::Namespace network;
};

lab::Output check(std::vector<std::string> options)
{
    options.insert(options.begin(), program);
    return lab::run(options);
}

/// As a scheduler that calls execve() with an empty argv. Since Linux 5.18 it has one empty word
/// then.
lab::Confinement become_without_words(const std::string& program)
{
    return [program] {
        std::array<char*, 1> none{};
        lab::check(execve(program.c_str(), none.data(), environ) == 0, "execve");
    };
}

BOOST_FIXTURE_TEST_SUITE(command_line, SmallRange)

BOOST_AUTO_TEST_CASE(unknown_in_one_line_that_names_option_and_value_of_a_usage_error)
{
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{"-w", "abc"}, "--warning 'abc'"},
        {{"-w", "20:10"}, "--warning '20:10'"},
        {{"-w", ""}, "--warning ''"},
        {{"--destination", "10.0.0.0/33"}, "--destination '10.0.0.0/33'"},
        {{"--bogus"}, "'--bogus'"},
        {{"-c", "1", "-c", "2"}, "--critical was given twice, as '1' and as '2'"},
        // An IPv6 address that ends in 80, or one with a port whose brackets were forgotten.
        {{"--destination", "::1:80"}, "::1:80"},
        {{"--exclude", "::1:80"}, "::1:80"},
        // What would watch nothing, and so be OK for ever.
        {{"-4", "--destination", "[::1]"}, "[::1]"},
        {{"-4", "--source", "::1"}, "::1"},
        {{"-6", "--destination", "10.0.0.1"}, "10.0.0.1"},
        {{"--destination", "10.0.0.1", "--exclude", "10.0.0.0/8"}, "10.0.0.1"},
        {{"--destination", "10.0.0.1:80", "--exclude", "10.0.0.1"}, "10.0.0.1:80"},
        {{"--held=auto"}, "auto"},
        {{"--in-doubt=maybe"}, "maybe"}};
    for (const auto& [options, expected] : cases) {
        const lab::Output output = check(options);
        BOOST_TEST_INFO_SCOPE(expected);
        BOOST_TEST(output.exit_code == 3);
        BOOST_TEST(std::count(output.text.begin(), output.text.end(), '\n') == 1);
        BOOST_TEST(output.text.find(expected) != std::string::npos,
                   output.text << " lacks " << expected);
    }
}

BOOST_AUTO_TEST_CASE(ok_for_destinations_of_which_exclusions_leave_a_part)
{
    const std::vector<std::vector<std::string>> cases = {
        {"--destination", "10.0.0.0/8", "--exclude", "10.0.0.1"},
        {"--destination", "10.0.0.1", "--exclude", "10.0.0.1:80"},
        {"--destination", "10.0.0.1:443", "--exclude", "10.0.0.0/8:80"},
        {"--destination", "[::1]:80"},
        {"--destination", "::1"},
        {"-4", "-6", "--destination", "10.0.0.1", "--destination", "::1"}};
    for (const std::vector<std::string>& options : cases) {
        const lab::Output output = check(options);
        BOOST_TEST(output.exit_code == 0, output.text);
    }
}

BOOST_AUTO_TEST_CASE(unknown_for_help_and_version)
{
    BOOST_TEST(check({"--help"}).exit_code == 3);
    BOOST_TEST(check({"--version"}).exit_code == 3);
}

BOOST_AUTO_TEST_CASE(a_time_limit_of_one_second_holds_with_60000_arguments)
{
    std::vector<std::string> command(60000, "--exclude=1.2.3.4");
    command.insert(command.begin(), {program, "-t", "1"});
    const auto start = std::chrono::steady_clock::now();
    const lab::Output output = lab::run(command, {lab::limit_processor_time(4)});
    const auto took = std::chrono::steady_clock::now() - start;
    BOOST_TEST((output.exit_code == 0 || output.exit_code == 3), output.exit_code);
    // On a busy machine starting a program takes its time, too; the limit is one of real time.
    BOOST_TEST((took < std::chrono::seconds(3)),
               "took " << std::chrono::duration<double>(took).count() << " s");
}

BOOST_AUTO_TEST_CASE(an_answer_without_any_word_on_the_command_line)
{
    for (const lab::Run& run : lab::plain_runs()) {
        const std::string program = run.command().front();
        const lab::Output output = lab::run({program}, {become_without_words(program)});
        BOOST_TEST_INFO_SCOPE(program);
        BOOST_TEST(output.error == "");
        BOOST_TEST(output.exit_code <= 3);
        BOOST_TEST(output.text.starts_with("EPHEMERAL "), output.text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
