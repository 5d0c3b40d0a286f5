// The census: which ports are gone for which tuple, if nothing is in doubt.
#include "common/ports/census.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using ports::TimeWaitPolicy;
using ports::TupleUsage;
using sample::Counted;
using sample::Manner;
using sockets::Socket;
using sockets::SocketState;

BOOST_AUTO_TEST_SUITE(census)

BOOST_AUTO_TEST_CASE(all_ports_are_left_if_there_is_no_socket)
{
    const Counted counted({});
    BOOST_TEST(counted.census().range_size() == 64U);
    BOOST_TEST(counted.census().total().tuples == 0U);
    BOOST_TEST(counted.census().first(5, ports::has_fewer_left).empty());
    const TupleUsage usage = counted.census().new_tuple();
    BOOST_TEST(usage.used == 0U);
    BOOST_TEST(usage.used_most == 0U);
    BOOST_TEST(usage.projected == 0U);
    BOOST_TEST(usage.projected_most == 0U);
    BOOST_TEST(usage.highest == 0U);
}

BOOST_AUTO_TEST_CASE(connections_use_the_ports_of_their_own_tuple)
{
    const Counted counted({sample::connection(40000), sample::connection(40001),
                           sample::connection(40000, "10.0.0.6")});
    BOOST_TEST(counted.census().total().tuples == 2U);
    BOOST_TEST(counted.usage("10.0.0.5").used == 2U);
    BOOST_TEST(counted.usage("10.0.0.5").tuple.destination_port == 5432U);
    BOOST_TEST(counted.usage("10.0.0.6").used == 1U);
    BOOST_TEST(counted.census().new_tuple().used == 0U);
}

BOOST_AUTO_TEST_CASE(tuples_differ_by_source_destination_port_and_device)
{
    Socket other_port = sample::connection(40000);
    other_port.remote_port = 5433;
    const Counted counted({sample::connection(40001),
                           sample::connection(40000, "10.0.0.5", "10.0.0.2"),
                           sample::connection(40000, "10.0.0.6"), other_port,
                           sample::on_device(sample::connection(40001), 3)});
    BOOST_TEST(counted.census().total().tuples == 5U);
    for (const TupleUsage& usage : counted.census().first(9, ports::has_fewer_left))
        BOOST_TEST(usage.used == 1U);
}

BOOST_AUTO_TEST_CASE(mapped_connections_are_of_the_ipv4_tuple)
{
    const Counted counted({sample::connection(40000),
                           sample::connection(40001, "::ffff:10.0.0.5", "::ffff:10.0.0.1")});
    BOOST_TEST(counted.census().total().tuples == 1U);
    BOOST_TEST(counted.worst().used == 2U);
}

BOOST_AUTO_TEST_CASE(ipv6_connections_are_counted_apart)
{
    const Counted counted({sample::connection(40000),
                           sample::connection(40000, "2001:db8::5", "2001:db8::1"),
                           sample::connection(40001, "2001:db8::5", "2001:db8::1")});
    BOOST_TEST(counted.census().total().tuples == 2U);
    const TupleUsage usage = counted.worst();
    BOOST_TEST(usage.used == 2U);
    BOOST_TEST(usage.tuple.source.text() == "2001:db8::1");
    BOOST_TEST(usage.tuple.destination.text() == "2001:db8::5");
}

BOOST_AUTO_TEST_CASE(ports_outside_the_range_and_reserved_ones_do_not_count)
{
    Manner manner;
    manner.settings.reserved = net::parse_port_list("40010-40013");
    const Counted counted({sample::listener(40011), sample::bound(39999), sample::connection(39999),
                           sample::connection(40064), sample::connection(40010),
                           sample::connection(40000)},
                          manner);
    BOOST_TEST(counted.census().range_size() == 60U);
    BOOST_TEST(counted.census().held().known.size() == 0U);
    BOOST_TEST(counted.worst().used == 1U);
}

BOOST_AUTO_TEST_CASE(of_an_odd_range_its_first_port_does_not_count)
{
    Manner manner;
    manner.settings.range = {40000, 40064};
    const Counted counted({sample::bound(40000), sample::connection(40000),
                           sample::connection(40001), sample::connection(40064)},
                          manner);
    BOOST_TEST(counted.census().range_size() == 64U);
    BOOST_TEST(counted.census().new_tuple().used == 0U);
    BOOST_TEST(counted.worst().used == 2U);
    BOOST_TEST(counted.census().total().connections == 2U);
}

BOOST_AUTO_TEST_CASE(a_range_of_one_port_has_it)
{
    Manner manner;
    manner.settings.range = {40000, 40000};
    const Counted counted({sample::connection(40000)}, manner);
    BOOST_TEST(counted.census().range_size() == 1U);
    BOOST_TEST(counted.worst().used == 1U);
    BOOST_TEST(counted.census().new_tuple().used == 0U);
}

BOOST_AUTO_TEST_CASE(listening_and_bound_sockets_hold_their_port_from_every_tuple)
{
    const Counted counted({sample::listener(40000), sample::listener(40000), // SO_REUSEPORT
                           sample::bound(40001), sample::connection(40002)});
    BOOST_TEST(counted.census().held().known.size() == 2U);
    BOOST_TEST(counted.census().new_tuple().used == 2U);
    BOOST_TEST(counted.census().new_tuple().held_by_others == 2U);
    const TupleUsage usage = counted.worst();
    BOOST_TEST(usage.used == 3U);
    BOOST_TEST(usage.held_by_others == 2U);
}

BOOST_AUTO_TEST_CASE(ports_that_the_kernel_said_are_held_are_gone_for_every_tuple)
{
    // Of A's 35 ports 25 were bound first; C shares two of the others.
    const auto sockets =
        sample::join(sample::connections(35), sample::connections(2, "10.0.0.6", 40030));
    Manner manner;
    manner.held = sample::port_set(40000, 40024);
    const Counted counted(sockets, manner);
    BOOST_TEST(counted.usage("10.0.0.5").used == 35U);
    BOOST_TEST(counted.usage("10.0.0.5").held_by_others == 0U);
    BOOST_TEST(counted.usage("10.0.0.6").used == 27U);
    BOOST_TEST(counted.usage("10.0.0.6").held_by_others == 25U);
    BOOST_TEST(counted.census().new_tuple().used == 25U);
}

BOOST_AUTO_TEST_CASE(accepted_connections_are_nobodys_ephemeral_ports)
{
    const std::vector<Socket> accepted = {
        sample::connection(40000),
        sample::in_state(sample::connection(40000, "10.0.0.6"), SocketState::time_wait)};
    const std::vector<Socket> listener = {sample::listener(40000)};
    // The kernel dumps listeners first; a capture may not.
    for (const auto& sockets :
         {sample::join(listener, accepted), sample::join(accepted, listener)}) {
        const Counted counted(sockets);
        BOOST_TEST(counted.census().total().tuples == 0U);
        BOOST_TEST(counted.census().total().connections == 0U);
        BOOST_TEST(counted.census().total().time_wait == 0U);
        BOOST_TEST(counted.census().first(5, ports::has_fewer_left).empty());
        BOOST_TEST(counted.census().new_tuple().used == 1U);
    }
}

BOOST_AUTO_TEST_CASE(loopback_connection_to_a_listener_in_the_range_counts_once)
{
    Socket client = sample::connection(40007, "127.0.0.1", "127.0.0.1");
    client.remote_port = 40000;
    Socket server = sample::connection(40000, "127.0.0.1", "127.0.0.1");
    server.remote_port = 40007;
    const Counted counted({sample::listener(40000), server, client});
    BOOST_TEST(counted.census().total().tuples == 1U);
    BOOST_TEST(counted.worst().tuple.destination_port == 40000U);
    BOOST_TEST(counted.worst().used == 2U);
}

BOOST_AUTO_TEST_CASE(connection_on_a_held_port_uses_that_port_once)
{
    const Counted counted({sample::bound(40000), sample::bound(40001), sample::connection(40000),
                           sample::connection(40002)});
    const TupleUsage usage = counted.worst();
    BOOST_TEST(usage.used == 3U);
    BOOST_TEST(usage.connections() == 2U);
    BOOST_TEST(usage.held_by_others == 1U);
    BOOST_TEST(sample::adds_up(usage));
}

BOOST_AUTO_TEST_CASE(connections_of_every_state_use_their_port)
{
    const std::vector<SocketState> states = {
        SocketState::established, SocketState::syn_sent,  SocketState::syn_received,
        SocketState::fin_wait1,   SocketState::fin_wait2, SocketState::time_wait,
        SocketState::close_wait,  SocketState::last_ack,  SocketState::closing};
    std::vector<Socket> sockets;
    for (const SocketState state : states)
        sockets.push_back(sample::in_state(
            sample::connection(static_cast<std::uint16_t>(40000 + sockets.size())), state));
    const Counted counted(sockets);
    const TupleUsage usage = counted.worst();
    BOOST_TEST(usage.used == states.size());
    BOOST_TEST(usage.established == 1U);
    BOOST_TEST(usage.time_wait == 1U);
    BOOST_TEST(usage.other == states.size() - 2);
}

BOOST_AUTO_TEST_CASE(unwatched_tuples_do_not_count_but_what_is_held_is_held_from_the_watched)
{
    Manner manner;
    manner.watch.destinations = {ports::Destination::parse("10.0.0.5")};
    const Counted counted({sample::listener(40009), sample::connection(40000),
                           sample::connection(40001, "10.0.0.6"),
                           sample::time_wait(40002, 1s, "10.0.0.6")},
                          manner);
    BOOST_TEST(counted.census().total().tuples == 1U);
    BOOST_TEST(counted.census().total().connections == 1U);
    BOOST_TEST(counted.census().total().time_wait == 0U);
    BOOST_TEST(counted.census().total().close_rate == 0);
    BOOST_TEST(counted.census().first(5, ports::has_fewer_left).size() == 1U);
    BOOST_TEST(counted.worst().used == 2U);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_if_a_tuple_is_on_every_port)
{
    const Counted counted(sample::connections(64));
    BOOST_TEST(counted.worst().used == 64U);
    BOOST_TEST(counted.worst().used_most == 64U);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_if_every_port_of_the_range_is_reserved)
{
    Manner manner;
    manner.settings.reserved = net::parse_port_list("40000-40063");
    const Counted counted({sample::bound(40001), sample::connection(40000)}, manner);
    BOOST_TEST(counted.census().range_size() == 0U);
    BOOST_TEST(counted.census().total().tuples == 0U);
    BOOST_TEST(counted.census().new_tuple().used == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
