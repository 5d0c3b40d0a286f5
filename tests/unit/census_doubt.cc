// The two ends of what is used, if the kernel was not asked which ports are held.
#include "common/ports/census.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using ports::TupleUsage;
using sample::Counted;
using sample::Manner;
using sockets::Socket;

Manner not_asked(std::size_t hidden = 0)
{
    Manner manner;
    manner.asked = false;
    manner.hidden = hidden;
    return manner;
}

void check(const TupleUsage& usage, std::size_t used, std::size_t used_most)
{
    BOOST_TEST(usage.used == used);
    BOOST_TEST(usage.used_most == used_most);
    BOOST_TEST(usage.is_exact() == (used == used_most));
    BOOST_TEST(sample::adds_up(usage));
}

BOOST_AUTO_TEST_SUITE(census_doubt)

BOOST_AUTO_TEST_CASE(an_idle_host_is_in_no_doubt)
{
    const Counted counted({}, not_asked());
    BOOST_TEST(counted.census().held().is_exact());
    check(counted.census().new_tuple(), 0, 0);
}

BOOST_AUTO_TEST_CASE(a_proxy_with_a_destination_each_has_all_its_ports_in_doubt)
{
    // 42 connections bound before connect(), each to a destination of its own.
    std::vector<Socket> sockets;
    for (std::uint16_t i = 0; i < 42; ++i)
        sockets.push_back(sample::connection(40000 + i, "10.0.1." + std::to_string(i)));
    const Counted counted(sockets, not_asked());
    check(counted.worst(), 1, 42);
    check(counted.census().new_tuple(), 0, 42);

    Manner asked;
    asked.held = sample::port_set(40000, 40041);
    const Counted certain(sockets, asked);
    check(certain.worst(), 42, 42);
    BOOST_TEST(certain.worst().held_by_others == 41U);
}

BOOST_AUTO_TEST_CASE(the_tuples_own_ports_are_used_either_way)
{
    const Counted counted(
        sample::join(sample::connections(35), sample::connections(2, "10.0.0.6", 40030)),
        not_asked());
    check(counted.usage("10.0.0.5"), 35, 35);
    check(counted.usage("10.0.0.6"), 2, 35);
}

BOOST_AUTO_TEST_CASE(what_is_seen_to_be_held_is_in_no_doubt)
{
    const Counted counted({sample::listener(40000), sample::bound(40001), sample::connection(40001),
                           sample::connection(40002)},
                          not_asked());
    BOOST_TEST(counted.census().held().known.size() == 2U);
    BOOST_TEST(counted.census().held().doubtful.size() == 1U);
    check(counted.usage(), 3, 3);
    check(counted.census().new_tuple(), 2, 3);
}

BOOST_AUTO_TEST_CASE(hidden_sockets_may_take_as_many_ports_more)
{
    const Counted counted(sample::connections(44), not_asked(12));
    check(counted.usage(), 44, 56);
    check(counted.census().new_tuple(), 0, 56);
    check(Counted({}, not_asked(12)).census().new_tuple(), 0, 12);
}

BOOST_AUTO_TEST_CASE(no_more_ports_can_be_hidden_than_there_are)
{
    const Counted counted(sample::connections(44), not_asked(1000));
    check(counted.usage(), 44, 64);
    BOOST_TEST(counted.census().held().in_doubt() == 64U);
    check(Counted({}, not_asked(1000)).census().new_tuple(), 0, 64);
}

BOOST_AUTO_TEST_CASE(a_held_port_is_not_taken_over_so_reusable_ones_are_in_doubt_too)
{
    const Counted counted({sample::local_time_wait(40000, 5s), sample::local_time_wait(40001, 5s),
                           sample::connection(40002, "127.0.0.1", "127.0.0.1")},
                          not_asked());
    BOOST_TEST(counted.worst().reusable == 2U);
    check(counted.worst(), 1, 3);
}

BOOST_AUTO_TEST_CASE(two_doubts_about_one_port_are_one)
{
    Manner manner = not_asked();
    manner.settings = sample::settings(kernel::TimeWaitReuse::everywhere);
    const Counted counted({sample::connection(40000), sample::time_wait(40001, 5s),
                           sample::connection(40002, "10.0.0.6")},
                          manner);
    check(counted.usage("10.0.0.5"), 1, 3);
    check(counted.usage("10.0.0.6"), 1, 3);
}

BOOST_AUTO_TEST_CASE(nothing_is_in_doubt_if_the_two_ends_are_the_same)
{
    const Counted counted(sample::connections(64), not_asked(5));
    check(counted.usage(), 64, 64);
}

BOOST_AUTO_TEST_CASE(of_an_odd_range_the_first_port_is_never_in_doubt)
{
    Manner manner = not_asked(1000);
    manner.settings.range = {40000, 40064};
    const Counted counted(sample::connections(10), manner);
    BOOST_TEST(counted.census().held().doubtful.size() == 9U);
    check(counted.usage(), 9, 64);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
