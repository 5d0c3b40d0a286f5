// When the ports of a tuple will be gone.
#include "plugins/forecast.h"

#include <boost/test/unit_test.hpp>

#include "plugins/ports_situation.h"
#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using checks::Forecast;
using sample::Counted;
using sample::Manner;
using sockets::Socket;

constexpr net::PortRange range = {40000, 40999};

Manner manner_with(kernel::TimeWaitReuse reuse = kernel::TimeWaitReuse::never)
{
    Manner manner;
    manner.settings = sample::settings(reuse, range);
    return manner;
}

/// `rate` closes a second for `seconds`, on the ports from `first_port` on.
std::vector<Socket> stream(int rate, int seconds, const char* destination = "10.0.0.5",
                           int first_port = 40000)
{
    std::vector<Socket> sockets;
    for (int i = 0; i < rate * seconds; ++i)
        sockets.push_back(sample::time_wait(static_cast<std::uint16_t>(first_port + i),
                                            std::chrono::milliseconds(i * 1000 / rate),
                                            destination));
    return sockets;
}

std::optional<Forecast> forecast(Counted& counted)
{
    return checks::assess_ports(counted.snapshot(), counted.census(), 5, checks::InDoubt::left)
        .forecast;
}

BOOST_AUTO_TEST_SUITE(forecasts)

BOOST_AUTO_TEST_CASE(there_is_none_where_nothing_is_closed_or_enough_is_left)
{
    Counted idle({});
    BOOST_TEST(!forecast(idle).has_value());
    Counted living(sample::connections(900), manner_with());
    BOOST_TEST(!forecast(living).has_value());
    Counted slow(stream(10, 20), manner_with());
    BOOST_TEST(!forecast(slow).has_value());
}

BOOST_AUTO_TEST_CASE(ports_are_gone_when_the_present_rate_has_taken_them)
{
    Counted counted(stream(25, 12), manner_with());
    const auto first = forecast(counted);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(first->tuple.destination.text() == "10.0.0.5");
    BOOST_TEST(first->rate == 25, boost::test_tools::tolerance(0.001));
    BOOST_TEST(first->gone_in.count() == 28, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(held_ports_are_gone_already)
{
    Manner manner = manner_with();
    manner.held = sample::port_set(40500, 40599);
    Counted counted(sample::join(stream(25, 12), sample::connections(100, "10.0.0.6", 40500)),
                    manner);
    BOOST_TEST(forecast(counted)->gone_in.count() == 24, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(live_connections_have_their_ports_as_well)
{
    Counted counted(sample::join(stream(25, 12), sample::connections(300, "10.0.0.5", 40500)),
                    manner_with());
    BOOST_TEST(forecast(counted)->gone_in.count() == 16, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(the_tuple_that_runs_out_first_is_the_one_that_is_told)
{
    Counted counted(sample::join(stream(25, 12), stream(50, 5, "10.0.0.6")), manner_with());
    const auto first = forecast(counted);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(first->tuple.destination.text() == "10.0.0.6");
    BOOST_TEST(first->gone_in.count() == 15, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(a_burst_that_has_ended_can_still_use_them_up)
{
    std::vector<Socket> sockets = stream(4, 5);
    for (std::uint16_t i = 0; i < 900; ++i)
        sockets.push_back(sample::time_wait(40020 + i, 10s));
    Counted counted(sockets, manner_with());
    // Heads for 240, yet 80 more come before the burst goes.
    BOOST_TEST(forecast(counted)->gone_in.count() == 20, boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(closings_that_are_taken_over_use_up_nothing)
{
    Counted counted(stream(25, 12, "127.0.0.1"), manner_with(kernel::TimeWaitReuse::loopback));
    BOOST_TEST(!forecast(counted).has_value());
}

BOOST_AUTO_TEST_CASE(a_tuple_without_a_port_left_has_no_future)
{
    Counted counted(sample::join(stream(25, 12), sample::connections(700, "10.0.0.5", 40300)),
                    manner_with());
    BOOST_TEST(!forecast(counted).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_in_doubt_is_not_foretold)
{
    Manner manner = manner_with();
    manner.asked = false;
    Counted counted(sample::join(stream(25, 12), sample::connections(1, "10.0.0.6", 40900)),
                    manner);
    BOOST_TEST(!forecast(counted).has_value());
}

BOOST_AUTO_TEST_CASE(a_burst_of_a_second_is_not_taken_to_go_on)
{
    Counted burst(stream(400, 1), manner_with());
    BOOST_TEST(!forecast(burst).has_value());
    Counted lasting(stream(400, 2), manner_with());
    BOOST_TEST(forecast(lasting).has_value());
}

/// All of a stream, so much later.
std::vector<Socket> aged(std::vector<Socket> sockets, std::chrono::milliseconds by)
{
    for (Socket& socket : sockets)
        socket.expires_in = *socket.expires_in - by;
    return sockets;
}

BOOST_AUTO_TEST_CASE(a_rate_that_has_stopped_is_not_taken_to_go_on)
{
    Counted pausing(aged(stream(25, 12), 400ms), manner_with());
    BOOST_TEST(forecast(pausing).has_value());
    Counted stopped(aged(stream(25, 12), 600ms), manner_with());
    BOOST_TEST(!forecast(stopped).has_value());
}

BOOST_AUTO_TEST_CASE(a_slow_rate_may_be_silent_for_seconds)
{
    const auto living = sample::connections(985, "10.0.0.5", 40010);
    Counted slow(sample::join(aged(stream(1, 10), 3s), living), manner_with());
    BOOST_TEST(forecast(slow).has_value());
}

BOOST_AUTO_TEST_CASE(a_rate_can_be_young_if_its_closings_are_taken_over)
{
    const auto lasts = [](std::chrono::milliseconds keeping) {
        ports::History history({keeping, keeping});
        for (int i = 0; i < 400; ++i)
            history.add({true, std::chrono::milliseconds(2 * i), 60s});
        return history.is_lasting();
    };
    BOOST_TEST(lasts(1s));
    BOOST_TEST(!lasts(60s));
}

BOOST_AUTO_TEST_CASE(it_is_told_in_whole_closes_where_there_are_many)
{
    Forecast forecast;
    forecast.rate = 9.96;
    forecast.gone_in = std::chrono::duration<double>(23.4);
    BOOST_TEST(checks::tell(forecast, " to 10.0.0.5:5432") ==
               "gone in 23 s to 10.0.0.5:5432 at the present 10 closes/s");
    forecast.rate = 411.6;
    BOOST_TEST(checks::tell(forecast, "") == "gone in 23 s at the present 412 closes/s");
    forecast.rate = 2.25;
    forecast.gone_in = std::chrono::duration<double>(0.2);
    BOOST_TEST(checks::tell(forecast, "") == "gone in 0 s at the present 2.2 closes/s");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
