// The history on hand-made closes, and its predictions against a simulation that moves connections
// one by one.
#include "common/ports/history.h"

#include <cmath>
#include <deque>

#include <boost/test/unit_test.hpp>

#include "common/ports/census.h"

namespace {

using namespace std::chrono_literals;
using ports::Closing;
using ports::ClosingRule;
using ports::History;
using ports::TimeWaitPolicy;
using sockets::Socket;
using sockets::SocketState;

/// A TIME_WAIT that nobody will take over.
Closing closed_ago(std::chrono::milliseconds age)
{
    return {age, 60s};
}

/// A connection every 1/`rate` seconds was closed, for `length`, which ended `ago`.
void add_stream(History& history, double rate, std::chrono::milliseconds length,
                std::chrono::milliseconds ago = 0ms)
{
    const auto closes = static_cast<int>(rate * std::chrono::duration<double>(length).count());
    for (int i = 0; i < closes; ++i)
        history.add(closed_ago(ago + std::chrono::milliseconds(std::lround(i * 1000 / rate))));
}

kernel::PortSettings settings_with(kernel::TimeWaitReuse reuse)
{
    kernel::PortSettings settings;
    settings.range = {40000, 40999};
    settings.time_wait_reuse = reuse;
    settings.time_wait_reuse_delay = 1s;
    settings.timestamps = true;
    return settings;
}

Socket closed_socket(SocketState state, std::chrono::milliseconds left,
                     const char* destination = "127.0.0.1")
{
    Socket socket;
    socket.state = state;
    socket.local_port = 40000;
    socket.local_address = net::Address::parse("127.0.0.1");
    socket.remote_address = net::Address::parse(destination);
    socket.remote_port = 5432;
    socket.expires_in = left;
    return socket;
}

/// When the ports end where each connection lives no time at all: closes at `rate` for
/// `seconds_before` now already, and on; nothing where they do not.
std::optional<double> simulate(double rate, double seconds_before, std::size_t ports)
{
    std::deque<double> ends; // of each TIME_WAIT, in seconds from now
    for (double moment = -seconds_before; moment < 120; moment += 1 / rate) {
        while (!ends.empty() && ends.front() <= moment)
            ends.pop_front();
        if (ends.size() == ports)
            return moment;
        ends.push_back(moment + 60);
    }
    return std::nullopt;
}

BOOST_AUTO_TEST_SUITE(history)

BOOST_AUTO_TEST_CASE(an_empty_history_has_no_rate_and_goes_nowhere)
{
    const History history;
    BOOST_TEST(history.rate() == 0);
    BOOST_TEST(history.minute_rate() == 0);
    BOOST_TEST(!history.gone_in(1).has_value());
}

BOOST_AUTO_TEST_CASE(live_connections_alone_stay_as_they_are)
{
    History history;
    for (int i = 0; i < 10; ++i)
        history.add_live();
    BOOST_TEST(!history.gone_in(11).has_value());
    BOOST_TEST(history.gone_in(10)->count() == 0);
}

BOOST_AUTO_TEST_CASE(a_steady_stream_has_its_rate_and_stays_within_a_minute_of_it)
{
    History history;
    add_stream(history, 20, 60s);
    BOOST_TEST(history.rate() == 20, boost::test_tools::tolerance(0.01));
    BOOST_TEST(history.minute_rate() == 20, boost::test_tools::tolerance(0.01));
    BOOST_TEST(!history.gone_in(1250).has_value());
}

BOOST_AUTO_TEST_CASE(closes_of_one_moment_in_the_past_are_no_present_rate_and_come_back_together)
{
    History history;
    for (int i = 0; i < 900; ++i)
        history.add(closed_ago(30s));
    BOOST_TEST(history.rate() == 0);
    BOOST_TEST(history.minute_rate() == 15);
    BOOST_TEST(!history.gone_in(901).has_value());
}

BOOST_AUTO_TEST_CASE(a_burst_that_has_ended_can_still_exhaust_the_ports_of_a_slow_stream)
{
    History history;
    for (int i = 0; i < 900; ++i)
        history.add(closed_ago(10s));
    add_stream(history, 4, 5s);
    // 80 more come at 4 a second, and the burst stays for 50 s.
    BOOST_REQUIRE(history.gone_in(1000).has_value());
    BOOST_TEST(history.gone_in(1000)->count() == 20, boost::test_tools::tolerance(0.02));
    // 200 more do not come before it goes.
    BOOST_TEST(!history.gone_in(1125).has_value());
}

BOOST_AUTO_TEST_CASE(closes_whose_time_is_over_give_their_ports_back_at_once)
{
    History history;
    for (int i = 0; i < 100; ++i)
        history.add(closed_ago(60s));
    add_stream(history, 2, 5s);
    BOOST_TEST(history.rate() == 2, boost::test_tools::tolerance(0.001));
    BOOST_TEST(!history.gone_in(121).has_value());
}

BOOST_AUTO_TEST_CASE(an_age_over_60_s_counts_as_the_oldest)
{
    History history;
    history.add(closed_ago(64s));
    BOOST_TEST(history.ages().back() == 1U);
    BOOST_TEST(history.rate() == 0);
}

BOOST_AUTO_TEST_CASE(ages_fall_into_classes_of_three_seconds)
{
    History history;
    history.add(closed_ago(0ms));
    history.add(closed_ago(2999ms));
    history.add(closed_ago(3000ms));
    BOOST_TEST(history.ages().at(0) == 2U);
    BOOST_TEST(history.ages().at(1) == 1U);
}

BOOST_AUTO_TEST_CASE(a_million_closes_are_a_history_like_any_other)
{
    History history;
    for (int i = 0; i < 1'000'000; ++i)
        history.add(closed_ago(std::chrono::milliseconds(i * 60LL / 1000)));
    BOOST_TEST(history.minute_rate() == 1e6 / 60, boost::test_tools::tolerance(0.001));
    BOOST_TEST(history.rate() == 1e6 / 60, boost::test_tools::tolerance(0.001));
    BOOST_TEST(!history.gone_in(1'010'000).has_value());
    BOOST_TEST(history.gone_in(1'000'000)->count() == 0);
}

BOOST_AUTO_TEST_CASE(predictions_agree_with_a_simulation_of_single_connections)
{
    for (const double rate : {3.0, 12.0, 16.0, 25.0, 40.0, 400.0}) {
        for (const int seconds_before : {6, 12, 20, 50}) {
            for (const std::size_t ports : {std::size_t{100}, std::size_t{1000}}) {
                History history;
                add_stream(history, rate, std::chrono::seconds(seconds_before));
                const std::optional<double> truth = simulate(rate, seconds_before, ports);
                const auto prediction = history.gone_in(ports);
                BOOST_TEST_CONTEXT("rate " << rate << ", " << seconds_before << " s before, "
                                           << ports << " ports")
                {
                    BOOST_REQUIRE(prediction.has_value() == truth.has_value());
                    if (truth)
                        BOOST_TEST(std::abs(prediction->count() - std::max(*truth, 0.0)) < 1);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_time_wait_that_is_taken_over_keeps_its_port_for_the_reuse_delay)
{
    const ClosingRule rule(settings_with(kernel::TimeWaitReuse::loopback),
                           TimeWaitPolicy::kernel_rule);
    const auto young = rule.closing(closed_socket(SocketState::time_wait, 59500ms));
    BOOST_REQUIRE(young.has_value());
    BOOST_TEST((young->keeps_port == 1s));
    BOOST_TEST(young->has_port());
    BOOST_TEST(!rule.closing(closed_socket(SocketState::time_wait, 58s))->has_port());
}

BOOST_AUTO_TEST_CASE(reuse_makes_of_a_minutes_worth_a_seconds_worth)
{
    History history;
    for (std::chrono::milliseconds age = 0ms; age < 60s; age += 40ms)
        history.add({age, 1s});
    BOOST_TEST(history.rate() == 25);
    BOOST_TEST(!history.gone_in(64).has_value());
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_keeps_its_port_for_its_own_time)
{
    kernel::PortSettings settings = settings_with(kernel::TimeWaitReuse::everywhere);
    settings.fin_wait2_length = 20s;
    const ClosingRule rule(settings, TimeWaitPolicy::kernel_rule);
    const auto closing = rule.closing(closed_socket(SocketState::fin_wait2, 18s));
    BOOST_REQUIRE(closing.has_value());
    BOOST_TEST((closing->age == 2s));
    BOOST_TEST((closing->keeps_port == 20s));
    // One that a program holds has no such time; it lives.
    Socket half_closed = closed_socket(SocketState::fin_wait2, 18s);
    half_closed.expires_in.reset();
    BOOST_TEST(!rule.closing(half_closed).has_value());
}

BOOST_AUTO_TEST_CASE(the_census_projects_what_the_rate_leads_to)
{
    const kernel::PortSettings settings = settings_with(kernel::TimeWaitReuse::never);
    ports::Census census(settings, TimeWaitPolicy::kernel_rule, {});
    Socket socket = closed_socket(SocketState::time_wait, 60s);
    ports::Histories histories(settings, TimeWaitPolicy::kernel_rule, {},
                               {ports::tuple_of(socket)});
    for (int i = 0; i < 300; ++i) {
        socket.local_port = static_cast<std::uint16_t>(40000 + i);
        socket.expires_in = 60s - std::chrono::milliseconds(40 * i);
        census.add(socket);
        histories.add(socket);
    }
    const History& history = histories.of(ports::tuple_of(socket));
    BOOST_TEST(history.rate() == 25, boost::test_tools::tolerance(0.001));
    BOOST_TEST(census.worst(1).front().used == 300U);
    BOOST_TEST(census.worst(1).front().projected == 1500U);
    BOOST_TEST(census.endangered(1).size() == 1U);
    BOOST_TEST(history.gone_in(1000)->count() == 28, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(the_drift_of_a_closing_is_what_its_like_will_add_while_they_keep_their_ports)
{
    BOOST_TEST(ports::drift({2s, 60s}) == 55); // in fifths of a port: twelve for one
    BOOST_TEST(ports::drift({2s, 20s}) == 15);
    BOOST_TEST(ports::drift({500ms, 1s}) == 0); // as many as there are now
    BOOST_TEST(ports::drift({2s, 1s}) == 0);    // has given its port back
    BOOST_TEST(ports::drift({30s, 60s}) == -5); // will be gone
}

BOOST_AUTO_TEST_CASE(who_is_worst_in_a_minute_need_not_be_worst_now)
{
    ports::Census census(settings_with(kernel::TimeWaitReuse::never), TimeWaitPolicy::kernel_rule,
                         {});
    for (int i = 0; i < 200; ++i) {
        Socket live = closed_socket(SocketState::established, 0s, "127.0.0.2");
        live.local_port = static_cast<std::uint16_t>(40000 + i);
        live.expires_in.reset();
        census.add(live);
        if (i % 2 == 0) {
            Socket closed = closed_socket(SocketState::time_wait, 59s);
            closed.local_port = live.local_port;
            census.add(closed);
        }
    }
    BOOST_TEST(census.worst(1).front().tuple.destination.text() == "127.0.0.2");
    BOOST_TEST(census.worst(1).front().projected == 200U);
    BOOST_TEST(census.worst_projected(1).front().tuple.destination.text() == "127.0.0.1");
    BOOST_TEST(census.worst_projected(1).front().projected == 1200U);
    BOOST_TEST(census.endangered(5).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
