#include "common/plugin/output_openmetrics.h"

#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample_report.h"

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

/// Holds `text` against the grammar of OpenMetrics 1.0, as far as gauges and counters without
/// labels need it: each family begins with TYPE, speaks of itself alone, once, and has one sample.
void check_grammar(const std::string& text)
{
    const std::regex metadata("# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    const std::regex sample("([a-zA-Z_:][a-zA-Z0-9_:]*) (-?[0-9]+(\\.[0-9]+)?(e[+-]?[0-9]+)?)");
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
            BOOST_TEST(!sampled, "behind its sample: " << line);
            if (match[1] == "UNIT")
                BOOST_TEST(family.ends_with('_' + match[3].str()), line);
            continue;
        }
        BOOST_REQUIRE_MESSAGE(std::regex_match(line, match, sample), "neither: " << line);
        BOOST_TEST(match[1] == family + (type == "counter" ? "_total" : ""), line);
        BOOST_TEST(!sampled, "a second sample: " << line);
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

BOOST_AUTO_TEST_CASE(gives_the_state_alone_where_nothing_was_measured)
{
    const std::string text = format(plugin::Report());
    check_grammar(text);
    BOOST_TEST(has_line(text, "sample_state 3"));
    BOOST_TEST(text.find("usage") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
