// A check as its scheduler meets it: the output on standard output, and the exit code.
#include "common/plugin/check.h"

#include <new>
#include <sstream>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "tests/unit/fake_check.h"
#include "tests/unit/throws.h"

namespace {

using plugin::Report;
using plugin::State;

Report must_not_measure(bool /*verbose*/)
{
    BOOST_ERROR("measured in spite of the command line");
    return {};
}

BOOST_AUTO_TEST_SUITE(check)

BOOST_AUTO_TEST_CASE(exit_code_is_that_of_the_reported_state)
{
    for (const State state : {State::ok, State::warning, State::critical, State::unknown}) {
        const Output output = output_of({}, [&](bool) { return report_of(state); });
        BOOST_TEST(output.exit_code == static_cast<int>(state));
        BOOST_TEST(output.text == "FAKE " + std::string(name(state)) + " - so it is\n");
    }
}

BOOST_AUTO_TEST_CASE(unknown_with_one_line_if_the_measurement_throws)
{
    const Output output =
        output_of({}, [](bool) -> Report { throw std::runtime_error("cannot read |\nthis"); });
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(output.text == "FAKE UNKNOWN - cannot read / this\n");
}

BOOST_AUTO_TEST_CASE(unknown_with_one_line_whatever_is_thrown)
{
    const Output memory = output_of({}, [](bool) -> Report { throw std::bad_alloc(); });
    BOOST_TEST(memory.exit_code == 3);
    BOOST_TEST(memory.text.starts_with("FAKE UNKNOWN - out of memory: raise its limit"));

    const Output wordless = output_of({}, [](bool) -> Report { throw std::runtime_error(""); });
    BOOST_TEST(wordless.exit_code == 3);
    BOOST_TEST(wordless.text.starts_with("FAKE UNKNOWN - "));

    const Output number = output_of({}, [](bool) -> Report { throw 5; });
    BOOST_TEST(number.exit_code == 3);
    BOOST_TEST(number.text.starts_with("FAKE UNKNOWN - "));
}

BOOST_AUTO_TEST_CASE(unknown_if_the_report_itself_cannot_be_printed)
{
    const Output output = output_of({}, [](bool) {
        Report report = report_of(State::ok);
        report.metrics = {plugin::count_metric("a=b", 1)};
        return report;
    });
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(output.text.starts_with("FAKE UNKNOWN - "));
}

BOOST_AUTO_TEST_CASE(unknown_with_one_line_that_leads_to_the_help_for_a_usage_error)
{
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"-w", "abc"}, {"--nonsense"}, {"stray"}, {"-t", "0"}, {"-t", "3601"}, {"-w"}}) {
        const Output output = output_of(words, must_not_measure);
        BOOST_TEST(output.exit_code == 3);
        BOOST_TEST(output.text.starts_with("FAKE UNKNOWN - "));
        BOOST_TEST(output.text.ends_with("; see check_fake --help\n"));
    }
}

BOOST_AUTO_TEST_CASE(unknown_within_4_KB_for_a_usage_error_of_any_length)
{
    const Output output = output_of({"-w", std::string(10'000, 'x')}, must_not_measure);
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(output.text.size() <= plugin::scheduler_limit);
    BOOST_TEST(output.text.starts_with("FAKE UNKNOWN - --warning 'xxx"));
}

BOOST_AUTO_TEST_CASE(unknown_for_help_which_fits_80_columns_and_ends_with_the_examples)
{
    for (const char* word : {"-h", "--help"}) {
        const Output output = output_of({word}, must_not_measure);
        BOOST_TEST(output.exit_code == 3);
        BOOST_TEST(output.text.starts_with("check_fake: is there anything"));
        BOOST_TEST(output.text.ends_with("Examples:\n  check_fake -w 5\n"));
        for (const char* option :
             {"-w, --warning=RANGE", "-c, --critical=RANGE", "-t, --timeout=SECONDS",
              "-v, --verbose", "-V, --version", "-h, --help"})
            BOOST_TEST(holds(output.text, option), option);
        std::istringstream lines(output.text);
        for (std::string line; std::getline(lines, line);)
            BOOST_TEST(line.size() <= 80U, line);
    }
}

BOOST_AUTO_TEST_CASE(unknown_for_the_version_in_one_line)
{
    for (const char* word : {"-V", "--version"}) {
        const Output output = output_of({word}, must_not_measure);
        BOOST_TEST(output.exit_code == 3);
        BOOST_TEST(output.text.starts_with("check_fake "));
        BOOST_TEST(output.text.find('\n') == output.text.size() - 1);
    }
}

BOOST_AUTO_TEST_CASE(verbose_tells_the_check_and_lifts_the_limit_on_the_output)
{
    const auto long_report = [](bool verbose) {
        Report report = report_of(State::ok);
        report.details.assign(100, std::string(100, verbose ? 'v' : 'x'));
        return report;
    };
    BOOST_TEST(output_of({}, long_report).text.size() <= plugin::scheduler_limit);
    for (const char* word : {"-v", "-vvv", "--verbose"}) {
        const std::string text = output_of({word}, long_report).text;
        BOOST_TEST(text.size() > 100U * 100U);
        BOOST_TEST(text.ends_with("vvv\n"));
    }
}

BOOST_AUTO_TEST_CASE(thresholds_given_take_the_place_of_the_defaults)
{
    FakeCheck check(fine);
    output_of(check, {"-w", "50%", "--critical=@10:"});
    BOOST_TEST(check.thresholds.warning->text() == "50");
    BOOST_TEST(check.thresholds.critical->text() == "@10:");
}

BOOST_AUTO_TEST_CASE(help_tells_the_default_thresholds_if_there_are_any)
{
    const std::string help = output_of({"-h"}, must_not_measure).text;
    BOOST_TEST(holds(help, "(66)"));
    BOOST_TEST(holds(help, "CRITICAL if fakes is outside RANGE\n"));
}

BOOST_AUTO_TEST_CASE(unknown_with_one_line_if_there_is_not_even_memory_to_say_so)
{
    class Starved : public FakeCheck {
    public:
        Starved() : FakeCheck(fine) {}
        [[nodiscard]] plugin::Description describe() const override { throw std::bad_alloc(); }
    } starved;
    const Output output = output_of(starved, {});
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(output.text.starts_with("UNKNOWN - out of memory: "));
    BOOST_TEST(output.text.find('\n') == output.text.size() - 1);
}

BOOST_AUTO_TEST_CASE(unknown_if_standard_output_takes_nothing)
{
    FakeCheck check(fine);
    const int kept = dup(STDOUT_FILENO);
    BOOST_REQUIRE(kept >= 0);
    close(STDOUT_FILENO);
    const int exit_code = plugin::run(check, {});
    dup2(kept, STDOUT_FILENO);
    close(kept);
    BOOST_TEST(exit_code == 3);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
