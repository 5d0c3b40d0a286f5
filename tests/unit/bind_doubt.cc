// The two ends of what bind() has left: sockets that nothing shows, and sockets that may keep out
// of IPv4.
#include <boost/test/unit_test.hpp>

#include "common/ports/bind_census.h"
#include "tests/unit/counted.h"

namespace {

using net::Address;
using ports::BindCensus;
using ports::BindUsage;
using ports::HiddenPorts;
using ports::Protocol;
using sockets::Socket;
using sockets::SocketState;

BindCensus count(const std::vector<Socket>& sockets, const HiddenPorts& hidden = {})
{
    return {sample::snapshot(sockets), Protocol::tcp, hidden};
}

const net::PortSet everywhere = sample::port_set(40000, 40063);

void check(const BindUsage& usage, std::size_t used, std::size_t used_most)
{
    BOOST_TEST(usage.used == used, usage.address.text());
    BOOST_TEST(usage.used_most == used_most, usage.address.text());
}

Socket ipv6_listener(std::uint16_t port, std::optional<bool> ipv6_only)
{
    Socket socket = sample::listener(port, "::");
    socket.ipv6_only = ipv6_only;
    return socket;
}

BOOST_AUTO_TEST_SUITE(bind_doubt)

BOOST_AUTO_TEST_CASE(ports_of_ipv6_connections_alone_are_in_doubt_for_the_ipv4_wildcard)
{
    const BindCensus census =
        count({sample::connection(40000, "::1", "::1"), sample::connection(40001, "::1", "::1"),
               sample::connection(40001, "127.0.0.1", "127.0.0.1")});
    check(census.of(Address::parse("0.0.0.0")), 1, 2);
    check(census.of(Address::parse("127.0.0.1")), 1, 1);
    check(census.of(Address::parse("::1")), 2, 2);
    check(census.wildcard(), 2, 2);
}

BOOST_AUTO_TEST_CASE(a_listener_on_all_addresses_may_keep_out_of_ipv4_if_the_reader_does_not_tell)
{
    // As by /proc/net/tcp6.
    const BindCensus census =
        count({ipv6_listener(40000, std::nullopt), sample::bound(40001, "127.0.0.1")});
    check(census.of(Address::parse("0.0.0.0")), 1, 2);
    check(census.of(Address::parse("127.0.0.1")), 1, 2);
    check(census.of(Address::parse("10.9.0.1")), 0, 1);
    check(census.of(Address::parse("::1")), 1, 1);
    check(census.wildcard(), 2, 2);
}

BOOST_AUTO_TEST_CASE(a_port_that_is_certain_by_another_socket_is_in_no_doubt)
{
    const BindCensus census =
        count({ipv6_listener(40000, std::nullopt), ipv6_listener(40000, false),
               sample::connection(40001, "::1", "::1"), sample::bound(40001, "0.0.0.0")});
    check(census.of(Address::parse("0.0.0.0")), 2, 2);
    check(census.of(Address::parse("127.0.0.1")), 2, 2);
}

BOOST_AUTO_TEST_CASE(
    hidden_sockets_that_were_found_are_used_for_the_wildcard_and_in_doubt_elsewhere)
{
    const BindCensus census =
        count({sample::bound(40000, "127.0.0.1")}, {sample::port_set(40000, 40002), 0, {}});
    check(census.wildcard(), 3, 3);
    BOOST_TEST(census.wildcard().bound == 3U);
    check(census.of(Address::parse("0.0.0.0")), 1, 3);
    check(census.of(Address::parse("127.0.0.1")), 1, 3);
    check(census.of(Address::parse("::1")), 0, 3);
}

BOOST_AUTO_TEST_CASE(hidden_sockets_that_could_not_be_asked_for_are_in_doubt_everywhere)
{
    const BindCensus census = count({sample::bound(40000, "127.0.0.1")}, {{}, 12, everywhere});
    check(census.wildcard(), 1, 13);
    check(census.of(Address::parse("0.0.0.0")), 1, 13);
    check(census.of(Address::parse("::1")), 0, 12);
    for (const BindUsage& usage : census.by_address())
        BOOST_TEST(usage.used_most == 13U);
}

BOOST_AUTO_TEST_CASE(hidden_sockets_beside_others_are_in_doubt_if_these_do_not_count)
{
    const BindCensus census =
        count({sample::connection(40000, "127.0.0.1", "127.0.0.1"), sample::bound(40001, "::1")},
              {{}, 1, sample::port_set(40000, 40001)});
    check(census.wildcard(), 2, 2);
    check(census.of(Address::parse("127.0.0.1")), 1, 2);
    check(census.of(Address::parse("::1")), 1, 2);
    check(census.of(Address::parse("10.9.0.1")), 0, 1);
}

BOOST_AUTO_TEST_CASE(no_more_are_hidden_than_there_are_ports)
{
    const BindCensus census = count({sample::bound(40000, "127.0.0.1")},
                                    {sample::port_set(39990, 40001), 1000, everywhere});
    check(census.wildcard(), 2, 64);
    check(census.of(Address::parse("127.0.0.1")), 1, 64);
}

BOOST_AUTO_TEST_CASE(of_udp_nothing_is_hidden)
{
    Socket socket = sample::bound(40000, "127.0.0.1");
    socket.state = SocketState::closed;
    const BindCensus census(sample::udp_snapshot({socket}), Protocol::udp);
    check(census.wildcard(), 1, 1);
    check(census.of(Address::parse("0.0.0.0")), 1, 1);
}

BOOST_AUTO_TEST_CASE(of_equally_full_addresses_the_one_that_may_be_fuller_comes_first)
{
    const BindCensus census =
        count({ipv6_listener(40000, std::nullopt), sample::bound(40001, "127.0.0.1"),
               sample::bound(40002, "::1")});
    std::vector<std::string> addresses;
    for (const BindUsage& usage : census.by_address())
        addresses.push_back(usage.address.text());
    const std::vector<std::string> expected = {"::", "::1", "0.0.0.0", "127.0.0.1"};
    BOOST_TEST(addresses == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
