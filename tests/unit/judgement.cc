// One call that gives state, perfdata and phrase together.
#include <limits>

#include <boost/test/unit_test.hpp>

#include "common/plugin/report.h"

namespace {

using plugin::Metric;
using plugin::Range;
using plugin::Report;
using plugin::State;
using plugin::Thresholds;

Thresholds warning_only(const char* range, Range::Unit unit = Range::Unit::none)
{
    return {Range::parse(range, unit), {}};
}

Metric metric_of(double value)
{
    Metric metric;
    metric.label = "x";
    metric.value = value;
    return metric;
}

std::string phrase(const char* range, double value)
{
    return Report().judge(metric_of(value), warning_only(range)).phrase;
}

BOOST_AUTO_TEST_SUITE(judgement)

BOOST_AUTO_TEST_CASE(gives_state_perfdata_and_phrase_together)
{
    const Thresholds thresholds = {Range::parse("66", Range::Unit::percent),
                                   Range::parse("90", Range::Unit::percent)};
    Report report;
    const plugin::Verdict verdict =
        report.judge(plugin::percentage_metric("usage", 71.9), thresholds);
    BOOST_TEST(name(verdict.state) == "WARNING");
    BOOST_TEST(verdict.phrase == "usage 71.9% > 66%");
    BOOST_TEST(name(report.state) == "WARNING");
    BOOST_TEST(plugin::format_perfdata(report.metrics.at(0)) == "usage=71.9%;66;90;0;100");
}

BOOST_AUTO_TEST_CASE(phrase_compares_with_the_end_that_was_passed)
{
    BOOST_TEST(phrase("0:66", 66.5) == "x 66.5 > 66");
    BOOST_TEST(phrase("0:66", -1) == "x -1 < 0");
    BOOST_TEST(phrase("5000:", 4000) == "x 4000 < 5000");
    BOOST_TEST(phrase("~:10.50", 11) == "x 11 > 10.5");
    BOOST_TEST(phrase("@10:", 10) == "x 10 >= 10");
    BOOST_TEST(phrase("@~:10", 10) == "x 10 <= 10");
}

BOOST_AUTO_TEST_CASE(phrase_names_a_range_that_is_not_that_simple)
{
    BOOST_TEST(phrase("10:20", 25) == "x 25 is not in 10:20");
    BOOST_TEST(phrase("10:20", 5) == "x 5 is not in 10:20");
    BOOST_TEST(phrase("@10:20", 15) == "x 15 is in 10:20");
    BOOST_TEST(phrase("@10", 5) == "x 5 is in 0:10");
    BOOST_TEST(phrase("@~:", 5) == "x 5 is in ~:");
}

BOOST_AUTO_TEST_CASE(phrase_is_empty_if_ok)
{
    BOOST_TEST(phrase("66", 66).empty());
    BOOST_TEST(Report().judge(metric_of(1e9), {}).phrase.empty());
}

BOOST_AUTO_TEST_CASE(phrase_names_the_range_that_made_it_critical)
{
    const Thresholds thresholds = {Range::parse("66", Range::Unit::none),
                                   Range::parse("90", Range::Unit::none)};
    BOOST_TEST(Report().judge(metric_of(91), thresholds).phrase == "x 91 > 90");
}

BOOST_AUTO_TEST_CASE(phrase_has_seconds_behind_a_space_and_counters_without_their_letter)
{
    BOOST_TEST(
        Report().judge(plugin::seconds_metric("search_time", 0.25), warning_only("0.001")).phrase ==
        "search_time 0.25 s > 0.001 s");
    Metric counter = metric_of(3);
    counter.unit = "c";
    BOOST_TEST(Report().judge(counter, warning_only("0")).phrase == "x 3 > 0");
}

BOOST_AUTO_TEST_CASE(a_report_is_unknown_until_something_was_judged)
{
    Report report;
    BOOST_TEST(name(report.state) == "UNKNOWN");
    report.judge(metric_of(5), warning_only("10"));
    BOOST_TEST(name(report.state) == "OK");
}

BOOST_AUTO_TEST_CASE(the_worst_verdict_is_the_state_in_any_order)
{
    Report report;
    report.judge(metric_of(50), warning_only("10"));
    report.judge(metric_of(5), warning_only("10"));
    BOOST_TEST(name(report.state) == "WARNING");
    BOOST_TEST(report.metrics.size() == 2U);

    Report finding_first;
    finding_first.judge(State::critical);
    finding_first.judge(metric_of(5), warning_only("10"));
    BOOST_TEST(name(finding_first.state) == "CRITICAL");

    Report unknown_first;
    unknown_first.judge(State::unknown);
    unknown_first.judge(metric_of(5), warning_only("10"));
    BOOST_TEST(name(unknown_first.state) == "UNKNOWN");
}

BOOST_AUTO_TEST_CASE(unknown_if_the_value_could_not_be_measured)
{
    Metric unmeasured;
    unmeasured.label = "usage";
    Report report;
    const plugin::Verdict verdict = report.judge(unmeasured, warning_only("10"));
    BOOST_TEST(name(verdict.state) == "UNKNOWN");
    BOOST_TEST(verdict.phrase == "usage could not be measured");
    BOOST_TEST(name(report.state) == "UNKNOWN");

    Report of_no_number;
    of_no_number.judge(metric_of(std::numeric_limits<double>::quiet_NaN()), {});
    BOOST_TEST(name(of_no_number.state) == "UNKNOWN");
}

BOOST_AUTO_TEST_CASE(the_figure_that_is_printed_is_the_one_that_is_judged)
{
    BOOST_TEST(phrase("66", 66.001).empty()); // printed as 66
    BOOST_TEST(phrase("66", 66.006) == "x 66.01 > 66");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
