// If something cannot be known, every output has both ends; if both are the same, not a word of
// doubt.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/kernel/sockstat.h"
#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"

namespace {

const std::string program = "plugins/check_ephemeral_ports";
const lab::Endpoint server = lab::at("127.0.0.1", 5432);
const lab::Endpoint other_server = lab::at("127.0.0.1", 5433);
using Sockets = std::vector<lab::FileDescriptor>;

struct SmallRange {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
};

/// 40 connections, ten to another destination that bound first, and three sockets that are bound
/// only. Who does not ask sees three held ports, and fifty that may be.
struct ThirteenHeld : SmallRange {
    lab::FileDescriptor other_listener = lab::listening(lab::at("0.0.0.0", other_server.port));
    Sockets connections = lab::connected_times(40, server);
    Sockets binders = lab::connected_times(10, other_server, {.bind = lab::at("127.0.0.1", 0)});
    Sockets bound = make_bound();

    static Sockets make_bound()
    {
        Sockets bound;
        for (int i = 0; i < 3; ++i)
            bound.push_back(lab::bound({.bind = lab::at("127.0.0.1", 0)}));
        return bound;
    }
};

/// Both ends of 13 held ports, of which 10 are in doubt.
void check_both_ends(const lab::Report& report)
{
    BOOST_TEST(report.metric("left") == 21);
    BOOST_TEST(report.metric("left_least") == 11);
    BOOST_TEST(report.metric("used") == 43);
    BOOST_TEST(report.metric("used_most") == 53);
    BOOST_TEST(report.metric("usage") == 67.2);
    BOOST_TEST(report.metric("usage_most") == 82.8);
    BOOST_TEST(!report.has("held"));
    BOOST_TEST(report.summary().starts_with("between 11 and 21 of 64 ports left"),
               report.summary());
    const nlohmann::json& other = report.tuple("127.0.0.1", "127.0.0.1:5433");
    BOOST_TEST(other.at("left") == 51);
    BOOST_TEST(other.at("left_least") == 11);
    BOOST_TEST(other.at("used_most") == 53);
    BOOST_TEST(lab::find_contradiction(report).empty(), lab::find_contradiction(report));
}

/// Whether a word of doubt is anywhere in it.
bool doubts(const lab::Report& report)
{
    for (const char* const label : {"left_least", "used_most", "usage_most", "projected_most"}) {
        if (report.has(label))
            return true;
    }
    return report.says("between") || report.says("at most") || report.says("asked") ||
           report.says("may be held");
}

BOOST_FIXTURE_TEST_SUITE(doubt, ThirteenHeld, *lab::needs({lab::Feature::bound_shown}))

BOOST_AUTO_TEST_CASE(both_ends_are_told_and_nothing_is_asked_if_held_ports_are_only_counted)
{
    const std::vector<std::string> command = {program, "--held=count"};
    check_both_ends(lab::report_of(command, {lab::die_at_connect}));
    BOOST_TEST(lab::report_of(command).summary().find("held") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(held_is_in_no_output_if_held_ports_are_only_counted)
{
    for (const char* const format : {"plugin", "openmetrics"}) {
        const lab::Output output =
            lab::run({program, "--held=count", fmt::format("--output-format={}", format)});
        BOOST_TEST(output.exit_code == 1);
        for (const char* const absent : {" held=", "ports_held", "3 held"})
            BOOST_TEST(output.text.find(absent) == std::string::npos, output.text);
        BOOST_TEST(output.text.find("left_least") != std::string::npos, output.text);
        BOOST_TEST(output.text.find("usage_most") != std::string::npos, output.text);
    }
}

BOOST_AUTO_TEST_CASE(the_other_ends_come_last_in_perfdata)
{
    const lab::Output output = lab::run({program, "--held=count"});
    BOOST_TEST(lab::perfdata(output, "left_least") == "11");
    BOOST_TEST(lab::perfdata(output, "usage_most") == "82.8%");
    BOOST_TEST(output.text.find(" sockets=") < output.text.find(" usage_most="));
}

BOOST_AUTO_TEST_CASE(the_trap_of_a_connect_works_by_default)
{
    BOOST_TEST(lab::run({program}, {lab::die_at_connect}).exit_code > 3);
}

BOOST_AUTO_TEST_CASE(both_ends_are_told_with_the_reason_if_the_kernel_cannot_be_asked)
{
    const lab::Report report =
        lab::report_of({program}, {lab::become_nobody, lab::deny_setsockopt});
    check_both_ends(report);
    BOOST_TEST(report.says("could not be asked"), report.words());
}

BOOST_AUTO_TEST_CASE(the_better_end_is_judged_unless_the_careful_one_is_asked_for)
{
    const std::vector<std::string> better = {program, "--held=count", "-w", "70", "-c", "80"};
    const lab::Report by_left = lab::report_of(better);
    BOOST_TEST(by_left.exit_code == 0);
    std::vector<std::string> careful = better;
    careful.emplace_back("--in-doubt=used");
    const lab::Report by_used = lab::report_of(careful);
    BOOST_TEST(by_used.exit_code == 2);
    check_both_ends(by_left);
    check_both_ends(by_used);

    // The metric that is judged bears the thresholds, and it alone.
    const auto critical = [](const lab::Report& report, const char* label) {
        return report.json.at("metrics").at(label).at("critical");
    };
    BOOST_TEST(critical(by_left, "usage") == "80");
    BOOST_TEST(critical(by_left, "usage_most").is_null());
    BOOST_TEST(critical(by_used, "usage").is_null());
    BOOST_TEST(critical(by_used, "usage_most") == "80");
}

BOOST_AUTO_TEST_CASE(no_doubt_is_told_if_the_kernel_answers)
{
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.metric("left") == 11);
    BOOST_TEST(report.metric("held") == 13);
    BOOST_TEST(report.exit_code == 1);
    BOOST_TEST(!doubts(report), report.text);
}

BOOST_FIXTURE_TEST_CASE(no_doubt_is_told_of_an_idle_host_that_cannot_be_asked, SmallRange)
{
    for (const char* const reader : {"--reader=sock_diag", "--reader=procfs"}) {
        // sockstat still counts what was closed a moment ago, and sockets of other namespaces.
        lab::await([] { return kernel::most_hidden_sockets() == 0U; }, "no hidden socket");
        const lab::Report report = lab::report_of({program, reader}, {lab::deny_setsockopt});
        BOOST_TEST(report.metric("left") == 64);
        BOOST_TEST(!doubts(report), report.text);
        BOOST_TEST(lab::report_of({program, "--held=count", reader}).metric("left") == 64);
    }
}

BOOST_FIXTURE_TEST_CASE(no_doubt_is_told_of_one_tuple_whose_own_ports_are_all_that_could_be_held,
                        SmallRange)
{
    const Sockets connections = lab::connected_times(40, server);
    const lab::Report report = lab::report_of({program}, {lab::deny_setsockopt});
    BOOST_TEST(report.metric("left") == 24);
    BOOST_TEST(!doubts(report), report.text);
}

BOOST_AUTO_TEST_CASE(the_questions_and_their_time_are_told_with_v)
{
    const lab::Output output = lab::run({program, "-v"});
    const std::size_t start = output.text.find("The kernel was asked ");
    BOOST_REQUIRE_MESSAGE(start != std::string::npos, output.text);
    const std::string line = output.text.substr(start, output.text.find('\n', start) - start);
    BOOST_TEST(line.find(" questions in ") != std::string::npos, line);
    BOOST_TEST(line.ends_with(" ms."), line);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
