// The present rate of closes, from the ages of those of the last seconds.
#include "common/ports/close_rate.h"

#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
using ports::CloseRates;
using ports::Closing;
using Closes = ports::RecentCloses<std::size_t>;

Closing closed_ago(std::chrono::milliseconds age, bool is_time_wait = true)
{
    return {is_time_wait, age, 60s - age};
}

/// One close every 1/`rate` seconds, for `length`, up to `ago`.
Closes stream(double rate, std::chrono::milliseconds length, std::chrono::milliseconds ago = 0ms)
{
    using Seconds = std::chrono::duration<double>;
    Closes closes;
    const auto number = static_cast<int>(rate * Seconds(length).count());
    for (int i = 0; i < number; ++i)
        closes.add(closed_ago(ago + std::chrono::duration_cast<std::chrono::milliseconds>(
                                        Seconds((i + 0.5) / rate))));
    return closes;
}

double rate_of(const Closes& closes, std::chrono::milliseconds time_wait_keeps = 60s)
{
    return ports::present_rates(closes, {time_wait_keeps, 60s}).all();
}

BOOST_AUTO_TEST_SUITE(close_rate)

BOOST_AUTO_TEST_CASE(nothing_closed_is_no_rate)
{
    BOOST_TEST(rate_of({}) == 0);
    BOOST_TEST(ports::window(Closes()) == 5U);
}

BOOST_AUTO_TEST_CASE(the_window_is_as_short_as_100_closes_allow)
{
    const auto window = [](std::initializer_list<std::size_t> by_second) {
        Closes closes;
        std::copy(by_second.begin(), by_second.end(), closes.time_wait.begin());
        return ports::window(closes);
    };
    BOOST_TEST(window({100}) == 1U);
    BOOST_TEST(window({99, 0, 0, 0, 0}) == 5U);
    BOOST_TEST(window({99, 1}) == 2U);
    BOOST_TEST(window({65, 65, 65}) == 2U);
    BOOST_TEST(window({30, 30, 30, 30, 30}) == 4U);
    BOOST_TEST(window({20, 20, 20, 20, 19}) == 5U);
    BOOST_TEST(window({0, 0, 0, 0, 500}) == 5U);
}

BOOST_AUTO_TEST_CASE(closes_of_both_kinds_make_the_window)
{
    Closes closes;
    closes.time_wait = {60, 60, 60, 60, 60};
    closes.fin_wait2 = {40, 40, 40, 40, 40};
    BOOST_TEST(ports::window(closes) == 1U);
    const CloseRates rates = ports::present_rates(closes, {});
    BOOST_TEST(rates.time_wait == 60);
    BOOST_TEST(rates.fin_wait2 == 40);
    BOOST_TEST(rates.all() == 100);
}

BOOST_AUTO_TEST_CASE(only_the_last_five_seconds_count)
{
    Closes closes;
    closes.add(closed_ago(4999ms));
    BOOST_TEST(rate_of(closes) == 0.2);
    closes.add(closed_ago(5000ms));
    closes.add(closed_ago(60s));
    closes.add({false, Closing::unknown_age, 60s});
    BOOST_TEST(rate_of(closes) == 0.2);
}

BOOST_AUTO_TEST_CASE(a_slow_stream_has_its_rate)
{
    for (const double rate : {0.2, 1.0, 5.0, 19.0})
        BOOST_TEST(rate_of(stream(rate, 60s)) == rate, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(a_stream_that_began_three_seconds_ago_has_its_rate_already)
{
    // Seen with pgbench -C: 65 closes a second. A window of 5 s said 39.
    BOOST_TEST(rate_of(stream(65, 3s)) == 65, boost::test_tools::tolerance(0.02));
    for (const double rate : {50.0, 100.0, 400.0, 5000.0})
        BOOST_TEST(rate_of(stream(rate, 3s)) == rate, boost::test_tools::tolerance(0.02));
    BOOST_TEST(rate_of(stream(100, 1s)) == 100, boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(a_stream_that_has_ended_is_forgotten_in_five_seconds)
{
    BOOST_TEST(rate_of(stream(65, 60s, 2s)) < 65);
    BOOST_TEST(rate_of(stream(65, 60s, 5s)) == 0);
}

BOOST_AUTO_TEST_CASE(time_waits_that_may_have_been_taken_over_do_not_lower_the_rate)
{
    // Those above the delay are gone from the table.
    Closes closes;
    closes.time_wait = {45, 0, 0, 0, 0};
    BOOST_TEST(rate_of(closes, 1s) == 45);
    BOOST_TEST(rate_of(closes, 1999ms) == 45);
    closes.time_wait = {45, 45, 0, 0, 0};
    BOOST_TEST(rate_of(closes, 2s) == 45);
}

BOOST_AUTO_TEST_CASE(a_delay_of_a_millisecond_leaves_a_second_to_count_in)
{
    Closes closes;
    closes.time_wait = {45, 0, 0, 0, 0};
    BOOST_TEST(rate_of(closes, 1ms) == 45);
    BOOST_TEST(rate_of(closes, 0ms) == 45);
}

BOOST_AUTO_TEST_CASE(a_delay_longer_than_the_window_does_not_widen_it)
{
    Closes closes;
    closes.time_wait = {100, 0, 0, 0, 0};
    BOOST_TEST(rate_of(closes, 3s) == 100);
    BOOST_TEST(rate_of(closes, 60s) == 100);
}

BOOST_AUTO_TEST_CASE(a_short_tcp_fin_timeout_does_not_lower_the_rate)
{
    // Those of the first two seconds are all that there can be.
    Closes closes;
    closes.fin_wait2 = {10, 10, 0, 0, 0};
    closes.time_wait = {7, 7, 7, 7, 7};
    BOOST_TEST(ports::present_rates(closes, {60s, 2s}).fin_wait2 == 10);
    BOOST_TEST(ports::present_rates(closes, {60s, 2s}).time_wait == 7);
    BOOST_TEST(ports::present_rates(closes, {60s, 60s}).fin_wait2 == 4);
    BOOST_TEST(ports::present_rates(closes, {1s, 60s}).time_wait == 7);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
