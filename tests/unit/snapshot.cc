// What a snapshot keeps of the sockets that a reader hands it, and what it leaves out.
#include "common/sockets/snapshot.h"

#include <limits>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using sockets::Snapshot;
using sockets::Socket;
using sockets::SocketState;

BOOST_AUTO_TEST_SUITE(snapshot)

BOOST_AUTO_TEST_CASE(an_empty_one_has_its_settings_and_nothing_else)
{
    const Snapshot snapshot = sample::snapshot({});
    BOOST_TEST(snapshot.settings.range.low == 40000U);
    BOOST_TEST(snapshot.connections.size() == 0U);
    BOOST_TEST(snapshot.tcp.empty());
    BOOST_TEST(snapshot.udp.empty());
    BOOST_TEST(snapshot.accepted.empty());
    BOOST_TEST(snapshot.hidden_at_most == 0U);
}

BOOST_AUTO_TEST_CASE(sockets_outside_the_range_and_on_reserved_ports_are_left_out)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved = net::parse_port_list("40010");
    for (const std::uint16_t port : {0, 39999, 40010, 40064, 65535}) {
        const Snapshot snapshot =
            sample::snapshot({sample::listener(port), sample::bound(port), sample::connection(port),
                              sample::time_wait(port, std::chrono::seconds(5))},
                             settings);
        BOOST_TEST(snapshot.connections.size() == 0U, port);
        BOOST_TEST(snapshot.tcp.empty(), port);
        BOOST_TEST(snapshot.accepted.empty(), port);
        BOOST_TEST(sample::udp_snapshot({sample::bound(port)}, settings).udp.empty(), port);
    }
    for (const std::uint16_t port : {40000, 40009, 40011, 40063})
        BOOST_TEST(sample::snapshot({sample::connection(port)}, settings).connections.size() == 1U,
                   port);
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_widest_range_are_in_it)
{
    const kernel::PortSettings settings = sample::settings({1, 65535});
    const Snapshot snapshot = sample::snapshot(
        {sample::connection(1), sample::connection(65535), sample::connection(0)}, settings);
    BOOST_TEST(snapshot.connections.size() == 2U);
}

BOOST_AUTO_TEST_CASE(listening_and_bound_sockets_are_told_by_their_local_end)
{
    Socket listener = sample::listener(40000, "10.0.0.1");
    listener.user = 33;
    listener.ipv6_only = true;
    const Snapshot snapshot = sample::snapshot({listener, sample::bound(40001)});
    BOOST_REQUIRE(snapshot.tcp.size() == 2U);
    BOOST_TEST((snapshot.tcp[0].state == SocketState::listening));
    BOOST_TEST(snapshot.tcp[0].address.text() == "10.0.0.1");
    BOOST_TEST(snapshot.tcp[0].port == 40000U);
    BOOST_TEST(snapshot.tcp[0].user == 33U);
    BOOST_TEST(snapshot.tcp[0].ipv6_only.value_or(false));
    BOOST_TEST((snapshot.tcp[1].state == SocketState::bound));
    BOOST_TEST(!snapshot.tcp[1].ipv6_only.has_value());
}

BOOST_AUTO_TEST_CASE(of_accepted_connections_the_local_end_alone_is_kept_and_once)
{
    std::vector<Socket> sockets = {sample::listener(40000)};
    for (int client = 1; client <= 200; ++client) {
        const std::string address = "10.0.9." + std::to_string(client);
        sockets.push_back(sample::connection(40000, address, "10.0.0.1"));
        sockets.push_back(sample::connection(40000, address, "10.0.0.2"));
    }
    const Snapshot snapshot = sample::snapshot(sockets);
    BOOST_TEST(snapshot.connections.size() == 0U);
    const std::set<std::pair<net::Address, std::uint16_t>> expected = {
        {net::Address::parse("10.0.0.1"), 40000}, {net::Address::parse("10.0.0.2"), 40000}};
    BOOST_TEST((snapshot.accepted == expected));
}

BOOST_AUTO_TEST_CASE(one_port_with_a_listener_says_nothing_of_the_next)
{
    const Snapshot snapshot =
        sample::snapshot({sample::listener(40000), sample::connection(40001)});
    BOOST_TEST(snapshot.connections.size() == 1U);
    BOOST_TEST(snapshot.accepted.empty());
}

BOOST_AUTO_TEST_CASE(a_connection_on_a_port_that_is_bound_only_was_not_accepted_there)
{
    const Snapshot snapshot = sample::snapshot({sample::bound(40000), sample::connection(40000)});
    BOOST_TEST(snapshot.connections.size() == 1U);
    BOOST_TEST(snapshot.accepted.empty());
}

BOOST_AUTO_TEST_CASE(a_connection_that_comes_before_its_listener_is_kept)
{
    const Snapshot snapshot =
        sample::snapshot({sample::connection(40000), sample::listener(40000)});
    BOOST_TEST(snapshot.connections.size() == 1U);
    BOOST_TEST(snapshot.tcp.size() == 1U);
}

BOOST_AUTO_TEST_CASE(questions_of_checks_are_no_connections)
{
    Socket question = sample::connection(40000, "127.66.9.9", "127.0.0.1");
    question.remote_port = 1;
    question.state = SocketState::syn_sent;
    BOOST_TEST(sample::snapshot({question}).connections.size() == 0U);

    Socket connection = question;
    connection.state = SocketState::established;
    BOOST_TEST(sample::snapshot({connection}).connections.size() == 1U);
    connection = question;
    connection.remote_address = net::Address::parse("127.67.0.1");
    BOOST_TEST(sample::snapshot({connection}).connections.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_question_that_ended_while_it_was_shown_is_no_bound_socket)
{
    Socket ended = sample::bound(40000, "127.0.0.1");
    ended.remote_address = net::Address::parse("127.66.9.9");
    BOOST_TEST(sample::snapshot({ended}).tcp.empty());

    Socket bound = ended;
    bound.remote_address = net::Address::parse("127.67.0.1"); // of a connection that was reset
    BOOST_TEST(sample::snapshot({bound}).tcp.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_tcp_socket_that_ended_while_it_was_shown_is_nobodys)
{
    Socket ended = sample::connection(40000);
    ended.state = SocketState::closed;
    const Snapshot snapshot = sample::snapshot({ended});
    BOOST_TEST(snapshot.tcp.empty());
    BOOST_TEST(snapshot.connections.size() == 0U);
}

BOOST_AUTO_TEST_CASE(every_udp_socket_on_a_usable_port_is_kept)
{
    Socket socket = sample::bound(40000, "127.0.0.1");
    socket.state = SocketState::closed;
    const Snapshot snapshot = sample::udp_snapshot({socket, sample::connection(40001), socket});
    BOOST_REQUIRE(snapshot.udp.size() == 3U);
    BOOST_TEST((snapshot.udp[0].state == SocketState::closed));
    BOOST_TEST((snapshot.udp[1].state == SocketState::established));
    BOOST_TEST(snapshot.tcp.empty());
    BOOST_TEST(snapshot.connections.size() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
