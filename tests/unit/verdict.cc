// The four states, and how thresholds lead to one.
#include "common/plugin/verdict.h"

#include <boost/test/unit_test.hpp>

namespace {

using plugin::Range;
using plugin::State;
using plugin::Thresholds;
using plugin::worse;

Thresholds thresholds(const char* warning, const char* critical)
{
    return {Range::parse(warning, Range::Unit::none), Range::parse(critical, Range::Unit::none)};
}

BOOST_AUTO_TEST_SUITE(verdict)

BOOST_AUTO_TEST_CASE(states_have_the_exit_codes_and_names_of_the_guidelines)
{
    BOOST_TEST(static_cast<int>(State::ok) == 0);
    BOOST_TEST(static_cast<int>(State::warning) == 1);
    BOOST_TEST(static_cast<int>(State::critical) == 2);
    BOOST_TEST(static_cast<int>(State::unknown) == 3);
    BOOST_TEST(name(State::ok) == "OK");
    BOOST_TEST(name(State::warning) == "WARNING");
    BOOST_TEST(name(State::critical) == "CRITICAL");
    BOOST_TEST(name(State::unknown) == "UNKNOWN");
}

BOOST_AUTO_TEST_CASE(the_worse_state_is_the_one_that_needs_a_human_more)
{
    const State by_urgency[] = {State::ok, State::warning, State::unknown, State::critical};
    for (std::size_t i = 0; i < std::size(by_urgency); ++i) {
        for (std::size_t j = 0; j < std::size(by_urgency); ++j)
            BOOST_TEST(name(worse(by_urgency[i], by_urgency[j])) ==
                       name(by_urgency[std::max(i, j)]));
    }
}

BOOST_AUTO_TEST_CASE(ok_without_a_reason_inside_both_ranges)
{
    const plugin::Verdict verdict = judge(66, thresholds("66", "90"));
    BOOST_TEST(name(verdict.state) == "OK");
    BOOST_TEST(verdict.reason.empty());
}

BOOST_AUTO_TEST_CASE(warning_outside_the_first_range)
{
    const plugin::Verdict verdict = judge(66.1, thresholds("66", "90"));
    BOOST_TEST(name(verdict.state) == "WARNING");
    BOOST_TEST(verdict.reason == "> 66");
}

BOOST_AUTO_TEST_CASE(critical_outside_both_ranges)
{
    const plugin::Verdict verdict = judge(90.1, thresholds("66", "90"));
    BOOST_TEST(name(verdict.state) == "CRITICAL");
    BOOST_TEST(verdict.reason == "> 90");
}

BOOST_AUTO_TEST_CASE(critical_inside_the_range_of_warning)
{
    const plugin::Verdict verdict = judge(15, thresholds("20", "@10:20"));
    BOOST_TEST(name(verdict.state) == "CRITICAL");
    BOOST_TEST(verdict.reason == "is in 10:20");
}

BOOST_AUTO_TEST_CASE(ok_if_no_threshold_is_set)
{
    BOOST_TEST(name(plugin::judge(1e9, {}).state) == "OK");
}

BOOST_AUTO_TEST_CASE(warning_at_most_if_only_that_threshold_is_set)
{
    Thresholds only_warning;
    only_warning.warning = Range::parse("10", Range::Unit::none);
    BOOST_TEST(name(judge(1e9, only_warning).state) == "WARNING");
}

BOOST_AUTO_TEST_CASE(certain_only_if_no_threshold_lies_between_the_values)
{
    const plugin::Thresholds thresholds = {
        plugin::Range::parse("66", plugin::Range::Unit::none),
        plugin::Range::parse("@90:95", plugin::Range::Unit::none)};
    BOOST_TEST(plugin::is_verdict_certain(10, 66, thresholds));
    BOOST_TEST(!plugin::is_verdict_certain(10, 66.1, thresholds));
    BOOST_TEST(plugin::is_verdict_certain(67, 89, thresholds));
    BOOST_TEST(!plugin::is_verdict_certain(67, 90, thresholds));
    BOOST_TEST(!plugin::is_verdict_certain(95, 96, thresholds));
    BOOST_TEST(
        !plugin::is_verdict_certain(67, 100, thresholds)); // both ends alike, not what is between
    BOOST_TEST(plugin::is_verdict_certain(0, 100, {}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
