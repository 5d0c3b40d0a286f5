// The census: which ports are gone for which tuple.
#include "common/ports/census.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using ports::Census;
using ports::TimeWaitPolicy;
using ports::TupleUsage;
using sockets::Socket;
using sockets::SocketState;
using namespace std::chrono_literals;

Census count(const std::vector<Socket>& sockets,
             const kernel::PortSettings& settings = sample::settings(), ports::Watch watch = {},
             TimeWaitPolicy policy = TimeWaitPolicy::kernel_rule)
{
    Census census(settings, policy, std::move(watch));
    for (const Socket& socket : sockets)
        census.add(socket);
    return census;
}

TupleUsage worst(const std::vector<Socket>& sockets,
                 const kernel::PortSettings& settings = sample::settings())
{
    const std::vector<TupleUsage> usages = count(sockets, settings).worst(1);
    BOOST_REQUIRE(usages.size() == 1U);
    return usages.front();
}

Socket in_state(Socket socket, SocketState state)
{
    socket.state = state;
    return socket;
}

BOOST_AUTO_TEST_SUITE(census)

BOOST_AUTO_TEST_CASE(all_ports_are_left_where_there_is_no_socket)
{
    const Census census = count({});
    BOOST_TEST(census.range_size() == 64U);
    BOOST_TEST(census.tuples() == 0U);
    BOOST_TEST(census.worst(5).empty());
    BOOST_TEST(census.new_tuple().left == 64U);
    BOOST_TEST(census.new_tuple().used == 0U);
}

BOOST_AUTO_TEST_CASE(connections_use_the_ports_of_their_own_tuple)
{
    const Census census = count({sample::connection(40000), sample::connection(40001),
                                 sample::connection(40000, "10.0.0.6")});
    BOOST_TEST(census.tuples() == 2U);
    const std::vector<TupleUsage> usages = census.worst(5);
    BOOST_REQUIRE(usages.size() == 2U);
    BOOST_TEST(usages[0].tuple.destination.text() == "10.0.0.5");
    BOOST_TEST(usages[0].tuple.destination_port == 5432U);
    BOOST_TEST(usages[0].used == 2U);
    BOOST_TEST(usages[0].left == 62U);
    BOOST_TEST(usages[1].used == 1U);
    BOOST_TEST(census.new_tuple().left == 64U);
}

BOOST_AUTO_TEST_CASE(tuples_differ_by_source_destination_port_and_device)
{
    Socket other_port = sample::connection(40000);
    other_port.remote_port = 5433;
    Socket other_device = sample::connection(40000);
    other_device.device = 3;
    const Census census =
        count({sample::connection(40000), sample::connection(40000, "10.0.0.5", "10.0.0.2"),
               sample::connection(40000, "10.0.0.6"), other_port, other_device});
    BOOST_TEST(census.tuples() == 5U);
    for (const TupleUsage& usage : census.worst(5))
        BOOST_TEST(usage.used == 1U);
}

BOOST_AUTO_TEST_CASE(mapped_connections_are_of_the_ipv4_tuple)
{
    const Census census = count({sample::connection(40000),
                                 sample::connection(40001, "::ffff:10.0.0.5", "::ffff:10.0.0.1")});
    BOOST_TEST(census.tuples() == 1U);
    BOOST_TEST(census.worst(1).front().used == 2U);
}

BOOST_AUTO_TEST_CASE(ipv6_connections_are_counted_apart)
{
    Socket other_device = sample::connection(40000, "2001:db8::5", "2001:db8::1");
    other_device.device = 2;
    const Census census =
        count({sample::connection(40000), sample::connection(40000, "2001:db8::5", "2001:db8::1"),
               sample::connection(40001, "2001:db8::5", "2001:db8::1"), other_device});
    BOOST_TEST(census.tuples() == 3U);
    const TupleUsage usage = census.worst(1).front();
    BOOST_TEST(usage.used == 2U);
    BOOST_TEST(usage.tuple.source.text() == "2001:db8::1");
    BOOST_TEST(usage.tuple.destination.text() == "2001:db8::5");
}

BOOST_AUTO_TEST_CASE(ports_outside_the_range_and_reserved_ones_do_not_count)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved = net::parse_port_list("40010-40013");
    const Census census =
        count({sample::connection(39999), sample::connection(40064), sample::connection(40010),
               sample::connection(40000), sample::holder(40011, SocketState::listening),
               sample::holder(39999, SocketState::bound)},
              settings);
    BOOST_TEST(census.range_size() == 60U);
    BOOST_TEST(census.held().size() == 0U);
    BOOST_TEST(census.worst(1).front().used == 1U);
    BOOST_TEST(census.worst(1).front().left == 59U);
}

BOOST_AUTO_TEST_CASE(listening_and_bound_sockets_hold_their_port_from_every_tuple)
{
    const Census census =
        count({sample::holder(40000, SocketState::listening),
               sample::holder(40000, SocketState::listening), // SO_REUSEPORT
               sample::holder(40001, SocketState::bound), sample::connection(40002)});
    BOOST_TEST(census.held().size() == 2U);
    BOOST_TEST(census.new_tuple().left == 62U);
    BOOST_TEST(census.new_tuple().held_others == 2U);
    const TupleUsage usage = census.worst(1).front();
    BOOST_TEST(usage.used == 3U);
    BOOST_TEST(usage.left == 61U);
    BOOST_TEST(usage.held_others == 2U);
    BOOST_TEST(usage.counts.own_held == 0U);
}

BOOST_AUTO_TEST_CASE(accepted_connections_are_nobodys_ephemeral_ports)
{
    const Census census =
        count({sample::holder(40000, SocketState::listening), sample::connection(40000),
               in_state(sample::connection(40000, "10.0.0.6"), SocketState::time_wait)});
    BOOST_TEST(census.tuples() == 0U);
    BOOST_TEST(census.total().connections() == 0U);
    BOOST_TEST(census.new_tuple().left == 63U);
}

BOOST_AUTO_TEST_CASE(loopback_connection_to_a_listener_in_the_range_counts_once)
{
    Socket client = sample::connection(40007, "127.0.0.1", "127.0.0.1");
    client.remote_port = 40000;
    Socket server = sample::connection(40000, "127.0.0.1", "127.0.0.1");
    server.remote_port = 40007;
    const Census census = count({sample::holder(40000, SocketState::listening), server, client});
    BOOST_TEST(census.tuples() == 1U);
    BOOST_TEST(census.worst(1).front().tuple.destination_port == 40000U);
    BOOST_TEST(census.worst(1).front().used == 2U);
}

BOOST_AUTO_TEST_CASE(connection_on_a_held_port_uses_that_port_once)
{
    const TupleUsage usage =
        worst({sample::holder(40000, SocketState::bound), sample::holder(40001, SocketState::bound),
               sample::connection(40000), sample::connection(40002)});
    BOOST_TEST(usage.used == 3U);
    BOOST_TEST(usage.counts.connections() == 2U);
    BOOST_TEST(usage.counts.own_held == 1U);
    BOOST_TEST(usage.held_others == 1U);
}

BOOST_AUTO_TEST_CASE(connections_of_every_state_use_their_port)
{
    const std::vector<SocketState> states = {
        SocketState::established, SocketState::syn_sent,  SocketState::syn_received,
        SocketState::fin_wait1,   SocketState::fin_wait2, SocketState::time_wait,
        SocketState::close_wait,  SocketState::last_ack,  SocketState::closing};
    std::vector<Socket> sockets;
    sockets.reserve(states.size());
    for (const SocketState state : states)
        sockets.push_back(in_state(
            sample::connection(static_cast<std::uint16_t>(40000 + sockets.size())), state));
    const TupleUsage usage = worst(sockets);
    BOOST_TEST(usage.used == states.size());
    BOOST_TEST(usage.counts.established == 1U);
    BOOST_TEST(usage.counts.time_wait == 1U);
    BOOST_TEST(usage.counts.other == states.size() - 2);
}

BOOST_AUTO_TEST_CASE(reusable_time_waits_leave_their_port)
{
    const TupleUsage usage = worst(
        {sample::time_wait(40000, 5s, "127.0.0.1", "127.0.0.1"),
         sample::time_wait(40001, 500ms, "127.0.0.1", "127.0.0.1"),
         in_state(sample::time_wait(40002, 5s, "127.0.0.1", "127.0.0.1"), SocketState::fin_wait2)});
    BOOST_TEST(usage.counts.time_wait == 2U);
    BOOST_TEST(usage.counts.reusable == 1U);
    BOOST_TEST(usage.used == 2U);
    BOOST_TEST(usage.left == 62U);
}

BOOST_AUTO_TEST_CASE(time_wait_on_a_held_port_is_never_reusable)
{
    const TupleUsage usage = worst({sample::holder(40000, SocketState::bound),
                                    sample::time_wait(40000, 5s, "127.0.0.1", "127.0.0.1")});
    BOOST_TEST(usage.counts.reusable == 0U);
    BOOST_TEST(usage.counts.own_held == 1U);
    BOOST_TEST(usage.used == 1U);
}

BOOST_AUTO_TEST_CASE(policy_decides_whether_time_waits_use_their_port)
{
    const std::vector<Socket> sockets = {sample::connection(40000, "127.0.0.1", "127.0.0.1"),
                                         sample::time_wait(40001, 5s, "127.0.0.1", "127.0.0.1"),
                                         sample::time_wait(40002, 0s, "127.0.0.1", "127.0.0.1")};
    const auto used = [&](TimeWaitPolicy policy) {
        return count(sockets, sample::settings(), {}, policy).worst(1).front().used;
    };
    BOOST_TEST(used(TimeWaitPolicy::kernel_rule) == 2U);
    BOOST_TEST(used(TimeWaitPolicy::count) == 3U);
    BOOST_TEST(used(TimeWaitPolicy::ignore) == 1U);
}

BOOST_AUTO_TEST_CASE(unwatched_tuples_do_not_count_but_what_is_held_is_held_from_the_watched)
{
    ports::Watch watch;
    watch.destinations = {ports::Destination::parse("10.0.0.5")};
    const Census census = count({sample::holder(40009, SocketState::listening),
                                 sample::connection(40000), sample::connection(40001, "10.0.0.6")},
                                sample::settings(), watch);
    BOOST_TEST(census.tuples() == 1U);
    BOOST_TEST(census.total().connections() == 1U);
    BOOST_TEST(census.worst(5).front().used == 2U);
}

BOOST_AUTO_TEST_CASE(total_adds_all_tuples_up_by_state)
{
    const Census census =
        count({sample::holder(40009, SocketState::bound), sample::connection(40000),
               sample::connection(40001, "2001:db8::5", "2001:db8::1"),
               sample::time_wait(40002, 5s, "127.0.0.1", "127.0.0.1"),
               in_state(sample::connection(40009), SocketState::close_wait)});
    BOOST_TEST(census.total().established == 2U);
    BOOST_TEST(census.total().time_wait == 1U);
    BOOST_TEST(census.total().reusable == 1U);
    BOOST_TEST(census.total().other == 1U);
    BOOST_TEST(census.total().own_held == 1U);
    BOOST_TEST(census.total().connections() == 4U);
}

BOOST_AUTO_TEST_CASE(worst_come_first_then_the_busiest_then_by_address)
{
    const Census census =
        count({sample::connection(40000, "10.0.0.9"), sample::connection(40001, "10.0.0.9"),
               sample::connection(40000, "10.0.0.8"), sample::connection(40000, "10.0.0.7"),
               // One used and one reusable: as much left as the ones above, but busier.
               sample::connection(40000, "127.0.0.1"), sample::time_wait(40001, 5s, "127.0.0.1"),
               sample::connection(40000, "2001:db8::5", "2001:db8::1")});
    std::vector<std::string> destinations;
    for (const TupleUsage& usage : census.worst(10))
        destinations.push_back(usage.tuple.destination.text());
    const std::vector<std::string> expected = {"10.0.0.9", "127.0.0.1", "10.0.0.7", "10.0.0.8",
                                               "2001:db8::5"};
    BOOST_TEST(destinations == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(worst_of_many_are_the_same_however_many_are_asked_for)
{
    std::vector<Socket> sockets;
    for (unsigned destination = 0; destination < 40; ++destination) {
        const auto address = "10.0.0." + std::to_string(destination * 7 % 40 + 1);
        for (unsigned i = 0; i <= destination * 3 % 40; ++i)
            sockets.push_back(sample::connection(static_cast<std::uint16_t>(40000 + i), address));
    }
    const Census census = count(sockets);
    const std::vector<TupleUsage> all = census.worst(1000);
    BOOST_TEST(all.size() == 40U);
    BOOST_TEST(census.worst(0).empty());
    for (std::size_t most = 1; most <= all.size(); ++most) {
        const std::vector<TupleUsage> some = census.worst(most);
        BOOST_REQUIRE(some.size() == most);
        for (std::size_t i = 0; i < most; ++i)
            BOOST_TEST((some[i].tuple == all[i].tuple));
    }
    for (std::size_t i = 1; i < all.size(); ++i)
        BOOST_TEST(all[i - 1].left <= all[i].left);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_where_a_tuple_is_on_every_port)
{
    std::vector<Socket> sockets;
    for (std::uint16_t port = 40000; port <= 40063; ++port)
        sockets.push_back(sample::connection(port));
    const TupleUsage usage = worst(sockets);
    BOOST_TEST(usage.left == 0U);
    BOOST_TEST(usage.used == 64U);
    sockets.push_back(sample::connection(40000)); // seen twice, while the table changed under us
    BOOST_TEST(worst(sockets).left == 0U);
    BOOST_TEST(worst(sockets).used == 64U);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_where_every_port_of_the_range_is_reserved)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved = net::parse_port_list("40000-40063");
    const Census census =
        count({sample::connection(40000), sample::holder(40001, SocketState::bound)}, settings);
    BOOST_TEST(census.range_size() == 0U);
    BOOST_TEST(census.tuples() == 0U);
    BOOST_TEST(census.new_tuple().left == 0U);
    BOOST_TEST(census.new_tuple().used == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
