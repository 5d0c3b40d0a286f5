// What a scheduler is given to read.
#include "common/plugin/report.h"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/unit/throws.h"

namespace {

using plugin::format_report;
using plugin::Report;
using plugin::scheduler_limit;
using plugin::State;

Report make_report(std::string sentence)
{
    Report report;
    report.state = State::warning;
    report.sentence = std::move(sentence);
    return report;
}

std::string format(const Report& report, std::size_t limit = scheduler_limit)
{
    return format_report("EPHEMERAL PORTS", report, limit);
}

std::string first_line(const std::string& text)
{
    return text.substr(0, text.find('\n'));
}

std::string last_line(const std::string& text)
{
    return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(unknown_is_what_a_report_says_before_anything_is_measured)
{
    BOOST_TEST(format(Report()) == "EPHEMERAL PORTS UNKNOWN - \n");
}

BOOST_AUTO_TEST_CASE(first_line_has_service_state_sentence_and_all_perfdata)
{
    Report report = make_report("24 of 64 ports left");
    report.metrics = {plugin::count_metric("left", 24), plugin::count_metric("used", 40, 64)};
    report.details = {"one", "two"};
    BOOST_TEST(
        format(report) ==
        "EPHEMERAL PORTS WARNING - 24 of 64 ports left | left=24 used=40;;;0;64\none\ntwo\n");
}

BOOST_AUTO_TEST_CASE(no_bar_stands_if_there_is_no_perfdata)
{
    BOOST_TEST(format(make_report("it")) == "EPHEMERAL PORTS WARNING - it\n");
}

BOOST_AUTO_TEST_CASE(bar_and_control_characters_never_get_into_its_text)
{
    Report report = make_report("a|b\nc\td\x1b[31m\x7f");
    report.details = {"x|y\nz\r"};
    BOOST_TEST(format(report) == "EPHEMERAL PORTS WARNING - a/b c d [31m \nx/y z \n");
}

BOOST_AUTO_TEST_CASE(characters_beyond_ascii_pass)
{
    BOOST_TEST(format(make_report("größer")) == "EPHEMERAL PORTS WARNING - größer\n");
}

BOOST_AUTO_TEST_CASE(long_output_ends_at_the_end_of_a_line_and_says_how_much_more_there_is)
{
    Report report = make_report("it");
    report.details.assign(100, std::string(99, 'x'));
    const std::string text = format(report);
    BOOST_TEST(text.size() <= scheduler_limit);
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    const std::size_t shown = lines - 2; // between the first line and the last
    BOOST_TEST(last_line(text) ==
               "... " + std::to_string(100 - shown) + " more lines, shown by -v\n");
    BOOST_TEST(text.size() + 100 > scheduler_limit, "there was room for another line");
}

BOOST_AUTO_TEST_CASE(long_output_that_fits_to_the_byte_is_whole)
{
    Report report = make_report("it");
    report.details.assign(5, "a line of the long output");
    const std::string whole = format(report);
    BOOST_TEST(format(report, whole.size()) == whole);
    BOOST_TEST(holds(format(report, whole.size() - 1), "more lines"));
}

BOOST_AUTO_TEST_CASE(no_limit_is_longer_than_the_text_for_any_limit)
{
    Report report = make_report(std::string(50, 's'));
    report.metrics = {plugin::count_metric("left", 24), plugin::count_metric("used", 40, 64)};
    report.details.assign(10, "detail");
    const std::size_t whole = format(report).size();
    for (std::size_t limit = first_line(format(report)).size() + 1; limit < whole; ++limit) {
        const std::string text = format(report, limit);
        BOOST_TEST(text.size() <= limit);
        BOOST_TEST(text.ends_with('\n'));
    }
}

BOOST_AUTO_TEST_CASE(sentence_too_long_for_the_limit_is_cut_and_the_perfdata_stays)
{
    Report report = make_report(std::string(2 * scheduler_limit, 's'));
    report.metrics = {plugin::count_metric("left", 24)};
    report.details = {std::string(100, 'd')};
    const std::string text = format(report);
    BOOST_TEST(text.size() <= scheduler_limit);
    BOOST_TEST(holds(text, "s... | left=24\n"));
    BOOST_TEST(last_line(text) == "... 1 more line, shown by -v\n");
}

BOOST_AUTO_TEST_CASE(sentence_is_never_cut_within_a_character)
{
    std::string accents;
    for (std::size_t i = 0; i < scheduler_limit; ++i)
        accents += "é";
    for (const char* start : {"", "x"}) {
        const std::string text = format(make_report(start + accents));
        BOOST_TEST(text.ends_with("é...\n"));
        BOOST_TEST(text.size() <= scheduler_limit);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
