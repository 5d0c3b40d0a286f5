// Where tuples are heading: what the census makes of the present rate of closes.
#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using kernel::TimeWaitReuse;
using ports::TupleUsage;
using sample::Counted;
using sample::Manner;
using sockets::Socket;

constexpr net::PortRange range = {40000, 40999};

Manner manner_with(TimeWaitReuse reuse)
{
    Manner manner;
    manner.settings = sample::settings(reuse, range);
    return manner;
}

/// 25 closes a second for 12 s, on the ports from 40000 on.
std::vector<Socket> stream(const char* destination = "10.0.0.5")
{
    std::vector<Socket> sockets;
    for (int i = 0; i < 300; ++i)
        sockets.push_back(sample::time_wait(static_cast<std::uint16_t>(40000 + i),
                                            std::chrono::milliseconds(40 * i + 20), destination));
    return sockets;
}

void check(const TupleUsage& usage, std::size_t projected, std::size_t projected_most)
{
    BOOST_TEST(usage.projected == projected);
    BOOST_TEST(usage.projected_most == projected_most);
}

BOOST_AUTO_TEST_SUITE(projection)

BOOST_AUTO_TEST_CASE(live_connections_stay_as_they_are)
{
    const Counted counted(sample::connections(60));
    check(counted.usage(), 60, 60);
    BOOST_TEST(counted.usage().highest == 60U);
}

BOOST_AUTO_TEST_CASE(closings_come_to_a_minutes_worth_of_the_present_rate)
{
    const Counted counted(stream(), manner_with(TimeWaitReuse::never));
    const TupleUsage usage = counted.usage();
    BOOST_TEST(usage.used == 300U);
    check(usage, 1500, 1500);
    BOOST_TEST(counted.census().total().close_rate == 25, boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(the_old_closings_may_all_stay_until_the_new_ones_have_come)
{
    // A burst that has ended, and then a slow stream.
    std::vector<Socket> sockets;
    for (std::uint16_t i = 0; i < 900; ++i)
        sockets.push_back(sample::time_wait(40000 + i, 10s));
    for (std::uint16_t i = 900; i < 920; ++i)
        sockets.push_back(sample::time_wait(40000 + i, (i - 900) * 250ms));
    const Counted counted(sockets, manner_with(TimeWaitReuse::never));
    check(counted.usage(), 240, 240);
    BOOST_TEST(counted.usage().highest == 240U + 920U);
}

BOOST_AUTO_TEST_CASE(what_lives_and_what_is_held_by_others_stays_beside_the_closings)
{
    const auto sockets = sample::join(stream(), sample::connections(100, "10.0.0.5", 40500),
                                      sample::connections(50, "10.0.0.6", 40700));
    Manner manner = manner_with(TimeWaitReuse::never);
    manner.held = sample::port_set(40700, 40749);
    const Counted counted(sockets, manner);
    BOOST_TEST(counted.usage().used == 450U);
    check(counted.usage(), 150 + 1500, 150 + 1500);
    check(counted.usage("10.0.0.6"), 50, 50);
    check(counted.census().new_tuple(), 50, 50);
}

BOOST_AUTO_TEST_CASE(who_is_worst_in_a_minute_need_not_be_worst_now)
{
    std::vector<Socket> sockets = sample::connections(200, "10.0.0.6");
    for (std::uint16_t i = 0; i < 99; ++i)
        sockets.push_back(sample::time_wait(40000 + i, 1s));
    const Counted counted(sockets, manner_with(TimeWaitReuse::never));
    const auto first = [&](const ports::Order& order) {
        return counted.census().first(1, order).front();
    };
    BOOST_TEST(first(ports::has_fewer_left).tuple.destination.text() == "10.0.0.6");
    BOOST_TEST(first(ports::has_fewer_left).projected == 200U);
    BOOST_TEST(first(ports::heads_for_more).tuple.destination.text() == "10.0.0.5");
    BOOST_TEST(first(ports::heads_for_more).projected == 1188U);
}

BOOST_AUTO_TEST_CASE(closings_that_are_taken_over_come_to_a_delays_worth)
{
    const Counted counted(stream("127.0.0.1"), manner_with(TimeWaitReuse::loopback));
    BOOST_TEST(counted.worst().used == 25U);
    check(counted.worst(), 25, 25);
    BOOST_TEST(counted.worst().highest == 50U);
}

BOOST_AUTO_TEST_CASE(a_delay_of_a_millisecond_keeps_hardly_a_port)
{
    Manner manner = manner_with(TimeWaitReuse::loopback);
    manner.settings.time_wait_reuse_delay = 1ms;
    const Counted counted(stream("127.0.0.1"), manner);
    check(counted.worst(), 0, 0);
    BOOST_TEST(counted.census().total().close_rate == 25, boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(what_is_not_proved_leads_to_two_ends)
{
    Counted counted(stream(), manner_with(TimeWaitReuse::everywhere));
    BOOST_TEST(counted.usage().used == 25U);
    BOOST_TEST(counted.usage().used_most == 300U);
    check(counted.usage(), 25, 1500);
    counted.census().learn_reuse(counted.number(), true);
    check(counted.usage(), 25, 25);
    counted.census().learn_reuse(counted.number(), false);
    check(counted.usage(), 1500, 1500);
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_keeps_its_port_for_its_own_time)
{
    Manner manner = manner_with(TimeWaitReuse::never);
    manner.settings.fin_wait2_length = 20s;
    std::vector<Socket> sockets;
    for (std::uint16_t i = 0; i < 100; ++i)
        sockets.push_back(sample::fin_wait2(40000 + i, 20s - i * 100ms));
    const Counted counted(sockets, manner);
    BOOST_TEST(counted.usage().used == 100U);
    check(counted.usage(), 200, 200);
}

BOOST_AUTO_TEST_CASE(whether_a_fin_wait2_is_taken_over_leads_to_two_ends)
{
    std::vector<Socket> sockets;
    for (std::uint16_t i = 0; i < 100; ++i)
        sockets.push_back(
            sample::fin_wait2(40000 + i, 60s - i * 100ms - 50ms, "127.0.0.1", "127.0.0.1"));
    Counted counted(sockets, manner_with(TimeWaitReuse::loopback));
    check(counted.worst(), 10, 600);
    counted.census().learn_fin_wait2_reuse(true);
    check(counted.worst(), 10, 10);
    counted.census().learn_fin_wait2_reuse(false);
    check(counted.worst(), 600, 600);
}

BOOST_AUTO_TEST_CASE(a_port_that_may_be_held_may_not_be_taken_over_until_its_minute_is_over)
{
    Manner manner = manner_with(TimeWaitReuse::loopback);
    manner.asked = false;
    const Counted counted(stream("127.0.0.1"), manner);
    BOOST_TEST(counted.worst().used == 25U);
    BOOST_TEST(counted.worst().used_most == 300U);
    check(counted.worst(), 25, 1500);
}

BOOST_AUTO_TEST_CASE(ports_of_others_that_may_be_held_stay_beside_the_closings)
{
    Manner manner = manner_with(TimeWaitReuse::never);
    manner.asked = false;
    manner.hidden = 7;
    const Counted counted(sample::join(stream(), sample::connections(100, "10.0.0.6", 40500)),
                          manner);
    BOOST_TEST(counted.usage().used_most == 407U);
    check(counted.usage(), 1500, 1607);
    check(counted.usage("10.0.0.6"), 100, 407);
}

BOOST_AUTO_TEST_CASE(closings_on_held_ports_stay)
{
    // Who binds first will hold the port for the next connection as well.
    Manner manner = manner_with(TimeWaitReuse::never);
    manner.held = sample::port_set(40000, 40299);
    const Counted counted(stream(), manner);
    check(counted.usage(), 300, 300);
}

BOOST_AUTO_TEST_CASE(if_all_are_ignored_none_will_be_there)
{
    Manner manner = manner_with(TimeWaitReuse::never);
    manner.policy = ports::TimeWaitPolicy::ignore;
    const Counted counted(sample::join(stream(), sample::connections(3, "10.0.0.5", 40500)),
                          manner);
    BOOST_TEST(counted.usage().used == 3U);
    check(counted.usage(), 3, 3);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
