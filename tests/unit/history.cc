// The history of one tuple on hand-made closes.
#include "common/ports/history.h"

#include <cmath>

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using ports::Closing;
using ports::History;
using ports::KeepingTimes;
using Milliseconds = std::chrono::milliseconds;

/// A TIME_WAIT, whatever its age.
Closing closed_ago(Milliseconds age)
{
    return {true, age, std::max<Milliseconds>(60s - age, 0ms)};
}

/// A connection every 1/`rate` seconds was closed, for `length`, which ended `ago`.
void add_stream(History& history, double rate, Milliseconds length, Milliseconds ago = 0ms)
{
    const auto closes = static_cast<int>(rate * std::chrono::duration<double>(length).count());
    for (int i = 0; i < closes; ++i)
        history.add(closed_ago(ago + Milliseconds(std::lround(i * 1000 / rate))));
}

BOOST_AUTO_TEST_SUITE(history)

BOOST_AUTO_TEST_CASE(an_empty_history_has_no_rate_and_goes_nowhere)
{
    const History history({});
    BOOST_TEST(history.rate() == 0);
    BOOST_TEST(history.minute_rate() == 0);
    BOOST_TEST(!history.gone_in(1).has_value());
}

BOOST_AUTO_TEST_CASE(no_port_left_is_gone_now)
{
    BOOST_TEST(History({}).gone_in(0)->count() == 0);
}

BOOST_AUTO_TEST_CASE(a_steady_stream_has_its_rate_and_stays_within_a_minute_of_it)
{
    History history({});
    add_stream(history, 20, 60s);
    BOOST_TEST(history.rate() == 20, boost::test_tools::tolerance(0.01));
    BOOST_TEST(history.minute_rate() == 20, boost::test_tools::tolerance(0.01));
    // As many go as come: 1,200 are there, and none is missing.
    BOOST_TEST(!history.gone_in(50).has_value());
}

BOOST_AUTO_TEST_CASE(closes_of_one_moment_in_the_past_are_no_present_rate)
{
    History history({});
    for (int i = 0; i < 900; ++i)
        history.add(closed_ago(30s));
    BOOST_TEST(history.rate() == 0);
    BOOST_TEST(history.minute_rate() == 15);
    BOOST_TEST(!history.gone_in(1).has_value());
}

BOOST_AUTO_TEST_CASE(a_burst_that_has_ended_can_still_exhaust_the_ports_of_a_slow_stream)
{
    History history({});
    for (int i = 0; i < 900; ++i)
        history.add(closed_ago(10s));
    add_stream(history, 4, 5s);
    // 80 more come at 4 a second in 20 s, and the burst stays for 50 s.
    BOOST_REQUIRE(history.gone_in(80).has_value());
    BOOST_TEST(history.gone_in(80)->count() == 20, boost::test_tools::tolerance(0.02));
    // 201 more do not come before it goes.
    BOOST_TEST(!history.gone_in(205).has_value());
}

BOOST_AUTO_TEST_CASE(a_port_that_comes_back_in_time_puts_the_end_off)
{
    History history({});
    add_stream(history, 1, 5s);
    history.add(closed_ago(55s));
    // Back in 5 s: the tenth new one comes in the place of the ninth.
    BOOST_TEST(history.gone_in(4)->count() == 4, boost::test_tools::tolerance(0.001));
    BOOST_TEST(history.gone_in(10)->count() == 11, boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(closes_whose_time_is_over_give_no_port_back_a_second_time)
{
    History history({});
    for (int i = 0; i < 100; ++i)
        history.add(closed_ago(60s));
    add_stream(history, 2, 5s);
    BOOST_TEST(history.rate() == 2, boost::test_tools::tolerance(0.001));
    // 10 of the stream come back, and 120 will be there.
    BOOST_TEST(history.gone_in(100).has_value());
    BOOST_TEST(!history.gone_in(121).has_value());
}

BOOST_AUTO_TEST_CASE(an_age_over_60_s_counts_as_the_oldest)
{
    History history({});
    history.add(closed_ago(64s));
    BOOST_TEST(history.ages().back() == 1U);
    BOOST_TEST(history.rate() == 0);
}

BOOST_AUTO_TEST_CASE(ages_fall_into_classes_of_three_seconds)
{
    History history({});
    for (const Milliseconds age : {0ms, 2999ms, 3000ms, 56'999ms, 57'000ms, 60'000ms})
        history.add(closed_ago(age));
    BOOST_TEST(history.ages().at(0) == 2U);
    BOOST_TEST(history.ages().at(1) == 1U);
    BOOST_TEST(history.ages().at(18) == 1U);
    BOOST_TEST(history.ages().at(19) == 2U);
}

BOOST_AUTO_TEST_CASE(an_unknown_age_is_in_no_class_but_its_port_comes_back)
{
    History history({60s, 5s});
    add_stream(history, 1, 5s);
    const double gone = history.gone_in(10)->count();
    history.add({false, Closing::unknown_age, 2s});
    std::uint32_t classes = 0;
    for (const std::uint32_t number : history.ages())
        classes += number;
    BOOST_TEST(classes == 5U);
    BOOST_TEST(history.rate() == 1);
    BOOST_TEST(history.minute_rate() == 0.1);
    BOOST_TEST(history.gone_in(10)->count() == gone + 1, boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(reuse_makes_of_a_minutes_worth_a_seconds_worth)
{
    History history({1s, 60s});
    for (Milliseconds age = 0ms; age < 60s; age += 40ms)
        history.add(closed_ago(age));
    BOOST_TEST(history.rate() == 25);
    // 25 are there now, and 25 will be.
    BOOST_TEST(!history.gone_in(2).has_value());
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_comes_back_after_its_own_time)
{
    History history({60s, 20s});
    for (Milliseconds age = 0ms; age < 5s; age += 100ms)
        history.add({false, age, 20s - age});
    BOOST_TEST(history.rate() == 10);
    BOOST_TEST(history.gone_in(149)->count() == 14.9, boost::test_tools::tolerance(0.01));
    BOOST_TEST(!history.gone_in(160).has_value());
}

BOOST_AUTO_TEST_CASE(a_million_closes_are_a_history_like_any_other)
{
    History history({});
    for (int i = 0; i < 1'000'000; ++i)
        history.add(closed_ago(Milliseconds(i * 60LL / 1000)));
    BOOST_TEST(history.minute_rate() == 1e6 / 60, boost::test_tools::tolerance(0.001));
    BOOST_TEST(history.rate() == 1e6 / 60, boost::test_tools::tolerance(0.001));
    BOOST_TEST(!history.gone_in(10'000).has_value());
}

BOOST_AUTO_TEST_CASE(the_census_makes_it_of_what_takes_ports_of_its_own)
{
    sample::Manner manner;
    manner.settings.fin_wait2_length = 20s;
    manner.held = sample::port_set(40002, 40002);
    const sample::Counted counted({sample::connection(40000), sample::time_wait(40001, 1s),
                                   sample::time_wait(40002, 1s), sample::time_wait(40003, 1s),
                                   sample::fin_wait2(40004, 15s), sample::listener(40003)},
                                  manner);
    const auto of_tuple = ports::pick_tuples(counted.snapshot(), {counted.number()});
    const History history =
        counted.census().history(counted.usage(), of_tuple.at(counted.number()));
    BOOST_TEST(history.minute_rate() == 2 / 60.0);
    BOOST_TEST(history.ages().at(0) == 1U);
    BOOST_TEST(history.ages().at(1) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
