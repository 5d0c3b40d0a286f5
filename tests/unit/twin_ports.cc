// Tuples on a device, and the same without one.
#include "common/ports/twin_ports.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using ports::Claim;
using ports::Takeover;
using ports::TupleUsage;
using ports::TwinPorts;
using sample::Counted;
using sample::Manner;
using sockets::Socket;

constexpr std::uint32_t device = 3;

std::vector<Socket> on_device(std::vector<Socket> sockets)
{
    for (Socket& socket : sockets)
        socket.device = device;
    return sockets;
}

std::vector<Socket> time_waits(std::uint16_t first_port, std::size_t number)
{
    std::vector<Socket> sockets;
    for (std::size_t i = 0; i < number; ++i)
        sockets.push_back(sample::time_wait(static_cast<std::uint16_t>(first_port + i), 5s));
    return sockets;
}

BOOST_AUTO_TEST_SUITE(twin_ports)

BOOST_AUTO_TEST_CASE(a_port_is_gone_because_of_the_twin_if_it_has_it_and_the_tuple_does_not)
{
    for (const bool own_time_wait : {false, true}) {
        for (const bool twins_time_wait : {false, true}) {
            const auto gone = [&](Claim own, Claim twins) {
                TwinPorts ports;
                ports.add(own, twins);
                return ports.gone({own_time_wait, false}, {twins_time_wait, false}) == 1;
            };
            BOOST_TEST(gone(Claim::none, Claim::lasting));
            BOOST_TEST(gone(Claim::none, Claim::old_fin_wait2));
            BOOST_TEST(!gone(Claim::none, Claim::none));
            BOOST_TEST(!gone(Claim::lasting, Claim::lasting));
            BOOST_TEST(!gone(Claim::lasting, Claim::old_time_wait));
            BOOST_TEST(gone(Claim::none, Claim::old_time_wait) == !twins_time_wait);
            BOOST_TEST(gone(Claim::old_time_wait, Claim::lasting) == own_time_wait);
            BOOST_TEST(gone(Claim::old_time_wait, Claim::old_time_wait) ==
                       (own_time_wait && !twins_time_wait));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_is_gone_unless_that_is_taken_over)
{
    TwinPorts ports;
    ports.add(Claim::none, Claim::old_fin_wait2);
    ports.add(Claim::old_fin_wait2, Claim::lasting);
    BOOST_TEST(ports.gone({}, {}) == 1U);
    BOOST_TEST(ports.gone({true, true}, {true, true}) == 1U);
    BOOST_TEST(ports.gone({true, true}, {}) == 2U);
    BOOST_TEST(ports.gone({true, false}, {true, true}) == 0U);
}

BOOST_AUTO_TEST_CASE(a_tuple_on_a_device_cannot_have_the_ports_of_its_twin_without_one)
{
    // Of 64 ports: 10 on the device, 5 without, 54 were said to be left and 49 given.
    const Counted counted(sample::join(on_device(sample::connections(10)),
                                       sample::connections(5, "10.0.0.5", 40010)));
    const TupleUsage usage = counted.usage("10.0.0.5", device);
    BOOST_TEST(usage.used == 15U);
    BOOST_TEST(usage.used_most == 15U);
    BOOST_TEST(usage.held_by_others == 5U);
    BOOST_TEST(sample::adds_up(usage));
}

BOOST_AUTO_TEST_CASE(a_tuple_without_a_device_can_have_the_ports_of_its_twin_on_one)
{
    const Counted counted(sample::join(on_device(sample::connections(10)),
                                       sample::connections(5, "10.0.0.5", 40010)));
    BOOST_TEST(counted.usage("10.0.0.5").used == 5U);
    BOOST_TEST(counted.usage("10.0.0.5").held_by_others == 0U);
}

BOOST_AUTO_TEST_CASE(tuples_on_two_devices_do_not_stand_in_each_others_way)
{
    auto other = sample::connections(5, "10.0.0.5", 40010);
    for (Socket& socket : other)
        socket.device = device + 1;
    const Counted counted(sample::join(on_device(sample::connections(10)), other));
    BOOST_TEST(counted.usage("10.0.0.5", device).used == 10U);
    BOOST_TEST(counted.usage("10.0.0.5", device + 1).used == 5U);
}

BOOST_AUTO_TEST_CASE(a_port_that_both_have_and_one_that_is_held_count_once)
{
    Manner manner;
    manner.held = sample::port_set(40003, 40003);
    const Counted counted(sample::join(on_device(sample::connections(2)), sample::connections(4)),
                          manner);
    const TupleUsage usage = counted.usage("10.0.0.5", device);
    BOOST_TEST(usage.used == 4U);
    BOOST_TEST(usage.held_by_others == 2U);
}

BOOST_AUTO_TEST_CASE(closed_connections_of_the_twin_are_skipped_or_taken_over_as_its_own_are)
{
    const auto sockets = sample::join(on_device(sample::connections(10)), time_waits(40010, 5));
    const auto used = [&](kernel::TimeWaitReuse reuse) {
        Manner manner;
        manner.settings = sample::settings(reuse);
        Counted counted(sockets, manner);
        if (reuse == kernel::TimeWaitReuse::everywhere)
            counted.census().learn_reuse(counted.number("10.0.0.5"), true);
        BOOST_TEST(counted.usage("10.0.0.5", device).is_exact());
        return counted.usage("10.0.0.5", device).used;
    };
    BOOST_TEST(used(kernel::TimeWaitReuse::never) == 15U);
    BOOST_TEST(used(kernel::TimeWaitReuse::everywhere) == 10U);
}

BOOST_AUTO_TEST_CASE(what_is_unproven_of_the_twin_is_in_doubt_for_the_tuple_on_the_device)
{
    Manner manner;
    manner.settings = sample::settings(kernel::TimeWaitReuse::everywhere);
    Counted counted(sample::join(on_device(sample::connections(10)),
                                 on_device(time_waits(40010, 3)), time_waits(40011, 5)),
                    manner);
    TupleUsage usage = counted.usage("10.0.0.5", device);
    BOOST_TEST(usage.used == 10U);
    BOOST_TEST(usage.used_most == 16U);
    counted.census().learn_reuse(counted.number("10.0.0.5", device), true);
    usage = counted.usage("10.0.0.5", device);
    BOOST_TEST(usage.used == 10U);
    BOOST_TEST(usage.used_most == 15U);
    counted.census().learn_reuse(counted.number("10.0.0.5"), false);
    usage = counted.usage("10.0.0.5", device);
    // On two ports the tuple has a TIME_WAIT itself: which of the two connect() sees first is
    // chance.
    BOOST_TEST(usage.used == 13U);
    BOOST_TEST(usage.used_most == 15U);
    BOOST_TEST(usage.held_by_others == 3U);
    BOOST_TEST(sample::adds_up(usage));
}

BOOST_AUTO_TEST_CASE(a_twin_is_counted_once_more_after_a_recount)
{
    Counted counted(sample::join(on_device(sample::connections(10)),
                                 sample::connections(5, "10.0.0.5", 40010)));
    const auto number = counted.number("10.0.0.5", device);
    counted.census().recount(ports::pick_tuples(counted.snapshot(), {number}));
    BOOST_TEST(counted.usage("10.0.0.5", device).used == 15U);
}

BOOST_AUTO_TEST_CASE(a_twin_in_ipv6_stands_in_the_way_as_well)
{
    Socket local = sample::connection(40000, "fe80::5", "fe80::1");
    Socket other = sample::connection(40001, "fe80::5", "fe80::1");
    local.device = device;
    const Counted counted({local, other});
    for (const TupleUsage& usage : counted.census().first(2, ports::has_fewer_left))
        BOOST_TEST(usage.used == (usage.tuple.device == device ? 2U : 1U));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
