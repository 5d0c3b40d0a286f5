#include "common/plugin/output_openmetrics.h"

#include <limits>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample_report.h"

#include "config.h"

namespace {

std::vector<std::string> lines_of(const std::string& text)
{
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::string format(const plugin::Report& report)
{
    return plugin::format_openmetrics(sample::description(), report);
}

/// Holds `text` against the grammar of OpenMetrics 1.0, as far as gauges and counters need it: each
/// family begins with TYPE, speaks of itself alone, once, and has samples that differ in labels.
void check_grammar(const std::string& text)
{
    const std::regex metadata("# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    const std::string label = R"re([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])+")re";
    const std::regex sample("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{" + label + "(," + label +
                            ")*\\})? (-?[0-9]+(\\.[0-9]+)?)");
    std::set<std::string> samples;
    std::set<std::string> families;
    std::string family;
    std::string type;
    bool sampled = true;

    std::vector<std::string> lines = lines_of(text);
    BOOST_REQUIRE(!lines.empty());
    BOOST_TEST(lines.back() == "# EOF");
    BOOST_TEST(text.back() == '\n');
    lines.pop_back();
    for (const std::string& line : lines) {
        std::smatch match;
        if (std::regex_match(line, match, metadata)) {
            if (match[1] == "TYPE") {
                BOOST_TEST(sampled, "no sample before " << line);
                family = match[2];
                type = match[3];
                sampled = false;
                BOOST_TEST(families.insert(family).second, "twice: " << line);
                BOOST_TEST((type == "gauge" || type == "counter"), line);
            }
            BOOST_TEST(match[2] == family, line);
            BOOST_TEST(!sampled, "behind a sample: " << line);
            if (match[1] == "UNIT")
                BOOST_TEST(family.ends_with('_' + match[3].str()), line);
            continue;
        }
        BOOST_REQUIRE_MESSAGE(std::regex_match(line, match, sample), "neither: " << line);
        BOOST_TEST(match[1] == family + (type == "counter" ? "_total" : ""), line);
        BOOST_TEST(samples.insert(match[1].str() + match[2].str()).second, "twice: " << line);
        sampled = true;
    }
    BOOST_TEST(sampled);
}

bool has_line(const std::string& text, const std::string& line)
{
    return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(output_openmetrics)

BOOST_AUTO_TEST_CASE(follows_the_grammar)
{
    check_grammar(format(sample::report()));
}

BOOST_AUTO_TEST_CASE(gives_a_percentage_as_a_ratio_with_its_meaning)
{
    const std::string text = format(sample::report());
    BOOST_TEST(has_line(text, "# TYPE sample_usage_ratio gauge"));
    BOOST_TEST(has_line(text, "# UNIT sample_usage_ratio ratio"));
    BOOST_TEST(has_line(text, "# HELP sample_usage_ratio What is used."));
    BOOST_TEST(has_line(text, "sample_usage_ratio 0.625"));
}

BOOST_AUTO_TEST_CASE(gives_a_count_as_it_is)
{
    BOOST_TEST(has_line(format(sample::report()), "sample_used 40"));
}

BOOST_AUTO_TEST_CASE(gives_a_time_in_seconds)
{
    BOOST_TEST(has_line(format(sample::report()), "sample_search_time_seconds 0.25"));
}

BOOST_AUTO_TEST_CASE(gives_a_counter_as_a_total)
{
    const std::string text = format(sample::report());
    BOOST_TEST(has_line(text, "# TYPE sample_overflows counter"));
    BOOST_TEST(has_line(text, "sample_overflows_total 3"));
}

BOOST_AUTO_TEST_CASE(leaves_out_what_could_not_be_measured)
{
    BOOST_TEST(format(sample::report()).find("close_rate") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(gives_the_state_alone_if_nothing_was_measured)
{
    const std::string text = format(plugin::Report());
    check_grammar(text);
    BOOST_TEST(has_line(text, "sample_state 3"));
    BOOST_TEST(text.find("usage") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(writes_each_figure_without_a_rounding_error)
{
    plugin::Report report;
    report.metrics = {plugin::percentage_metric("usage", 71.9),
                      {.label = "close_rate", .value = 4.000000000000001},
                      plugin::seconds_metric("search_time", 0.000001234)};
    const std::string text = format(report);
    BOOST_TEST(has_line(text, "sample_usage_ratio 0.719"));
    BOOST_TEST(has_line(text, "sample_close_rate 4"));
    BOOST_TEST(has_line(text, "sample_search_time_seconds 0.000001234"));
}

BOOST_AUTO_TEST_CASE(leaves_out_what_is_no_number)
{
    plugin::Report report;
    report.metrics = {{.label = "rate", .value = std::numeric_limits<double>::infinity()}};
    BOOST_TEST(format(report).find("rate") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(does_not_repeat_the_word_that_the_name_of_the_check_ends_with)
{
    plugin::Description description = sample::description();
    description.name = "check_ephemeral_range";
    plugin::Report report;
    report.metrics = {plugin::count_metric("range_size", 5), plugin::count_metric("low", 3)};
    const std::string text = plugin::format_openmetrics(description, report);
    BOOST_TEST(has_line(text, "ephemeral_range_size 5"));
    BOOST_TEST(has_line(text, "ephemeral_range_low 3"));
}

BOOST_AUTO_TEST_CASE(names_the_version_in_a_family_that_all_checks_share)
{
    plugin::Description description = sample::description();
    std::string metadata;
    for (const char* check : {"check_ephemeral_ports", "check_ephemeral_range"}) {
        description.name = check;
        const std::string text = plugin::format_openmetrics(description, {});
        const std::string sample = std::string("ephemeral_build_info{check=\"") + check +
                                   "\",version=\"" PACKAGE_VERSION "\"} 1";
        BOOST_TEST(has_line(text, sample), text);
        const std::string head = text.substr(0, text.find("\nephemeral_build_info{"));
        BOOST_TEST((metadata.empty() || metadata == head), head);
        metadata = head;
    }
}

BOOST_AUTO_TEST_CASE(gives_a_labelled_series_for_each_row_of_a_marked_column)
{
    const std::string text = format(sample::report());
    BOOST_TEST(has_line(text, "# TYPE sample_tuple_used gauge"));
    BOOST_TEST(has_line(text, "# HELP sample_tuple_used Ports of the 'tuple' that are used."));
    BOOST_TEST(has_line(text, "sample_tuple_used{destination=\"10.0.0.5:5432\"} 40"));
    BOOST_TEST(has_line(text, "sample_tuple_projected_ratio{destination=\"10.0.0.5:5432\"} 0.719"));
    BOOST_TEST(text.find("destination_port") == std::string::npos);
    BOOST_TEST(text.find("used_most") == std::string::npos, "absent in all rows");
}

BOOST_AUTO_TEST_CASE(label_values_are_escaped_and_never_steer_a_display)
{
    plugin::Report report = sample::report();
    report.tables[0].add_row({7, 8, 9, "a\"b\\c\nd\x1b\xff", 1, "x"});
    const std::string text = format(report);
    check_grammar(text);
    BOOST_TEST(has_line(text, R"(sample_tuple_used{destination="a\"b\\c d  "} 7)"), text);
}

BOOST_AUTO_TEST_CASE(of_two_rows_with_the_same_labels_the_first_speaks)
{
    plugin::Report report = sample::report();
    report.tables[0].add_row({7, 8, 9, "10.0.0.5:5432", 1, "x"});
    const std::string text = format(report);
    check_grammar(text);
    BOOST_TEST(has_line(text, "sample_tuple_used{destination=\"10.0.0.5:5432\"} 40"));
}

BOOST_AUTO_TEST_CASE(a_label_without_a_value_is_left_out)
{
    plugin::Report report = sample::report();
    report.tables[0].add_row({7, 8, 9, std::nullopt, 1, "x"});
    BOOST_TEST(has_line(format(report), "sample_tuple_used 7"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
