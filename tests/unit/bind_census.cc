// The census of bind(): which ports are gone for which local address.
#include "common/ports/bind_census.h"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using net::Address;
using ports::BindCensus;
using ports::BindUsage;
using ports::Protocol;
using sockets::Socket;
using sockets::SocketState;
using namespace std::chrono_literals;

Socket socket_on(const char* address, std::uint16_t port, SocketState state = SocketState::bound,
                 std::optional<bool> ipv6_only = false)
{
    Socket socket = sample::holder(port, state, address);
    if (!socket.local_address.is_ipv4())
        socket.ipv6_only = ipv6_only;
    return socket;
}

Socket connected_from(const char* address, std::uint16_t port)
{
    return sample::connection(port, address, address);
}

BindCensus count(const std::vector<Socket>& sockets,
                 const kernel::PortSettings& settings = sample::settings())
{
    return {sample::snapshot(sockets, settings), Protocol::tcp};
}

std::size_t used(const BindCensus& census, const char* address)
{
    const BindUsage usage = census.of(Address::parse(address));
    BOOST_TEST(usage.used == usage.used_most);
    return usage.used;
}

BOOST_AUTO_TEST_SUITE(bind_census)

BOOST_AUTO_TEST_CASE(everything_is_left_if_there_is_no_socket)
{
    const BindCensus census = count({});
    BOOST_TEST(census.range_size() == 64U);
    BOOST_TEST(census.wildcard().used == 0U);
    BOOST_TEST(census.wildcard().used_most == 0U);
    BOOST_TEST(used(census, "10.9.0.1") == 0U);
    const std::vector<BindUsage> usages = census.by_address();
    BOOST_REQUIRE(usages.size() == 2U);
    BOOST_TEST(usages[0].address.text() == "::");
    BOOST_TEST(usages[1].address.text() == "0.0.0.0");
}

BOOST_AUTO_TEST_CASE(addresses_do_not_take_from_each_other_but_from_the_wildcards)
{
    const BindCensus census = count({socket_on("127.0.0.1", 40000), socket_on("10.9.0.1", 40001),
                                     socket_on("10.9.0.1", 40002)});
    BOOST_TEST(used(census, "127.0.0.1") == 1U);
    BOOST_TEST(used(census, "10.9.0.1") == 2U);
    BOOST_TEST(used(census, "0.0.0.0") == 3U);
    BOOST_TEST(used(census, "::") == 3U);
    BOOST_TEST(census.wildcard().used == 3U);
    BOOST_TEST(used(census, "10.9.0.2") == 0U);
}

BOOST_AUTO_TEST_CASE(the_ipv4_wildcard_takes_from_every_ipv4_address_alone)
{
    const BindCensus census = count({socket_on("0.0.0.0", 40000), socket_on("127.0.0.1", 40001),
                                     socket_on("::1", 40002, SocketState::bound, true)});
    BOOST_TEST(used(census, "127.0.0.1") == 2U);
    BOOST_TEST(used(census, "::1") == 1U);
    BOOST_TEST(used(census, "10.9.0.1") == 1U);
}

BOOST_AUTO_TEST_CASE(the_ipv6_wildcard_takes_from_ipv4_unless_it_keeps_out_of_it)
{
    const BindCensus dual =
        count({socket_on("::", 40000, SocketState::listening), socket_on("127.0.0.1", 40001)});
    BOOST_TEST(used(dual, "127.0.0.1") == 2U);
    BOOST_TEST(used(dual, "0.0.0.0") == 2U);
    const BindCensus ipv6_only =
        count({socket_on("::", 40000, SocketState::listening, true), socket_on("127.0.0.1", 40001),
               socket_on("::1", 40002, SocketState::bound, true)});
    BOOST_TEST(used(ipv6_only, "127.0.0.1") == 1U);
    BOOST_TEST(used(ipv6_only, "0.0.0.0") == 1U);
    BOOST_TEST(used(ipv6_only, "::1") == 2U);
    BOOST_TEST(ipv6_only.wildcard().used == 3U);
}

BOOST_AUTO_TEST_CASE(connections_and_time_waits_conflict_with_bind_as_any_socket)
{
    // connect() may take the TIME_WAIT over; bind() never does.
    const BindCensus census = count(
        {sample::connection(40000, "127.0.0.1", "127.0.0.1"), sample::local_time_wait(40001, 30s)});
    BOOST_TEST(used(census, "127.0.0.1") == 2U);
    BOOST_TEST(census.wildcard().used == 2U);
    BOOST_TEST(census.wildcard().connected == 1U);
    BOOST_TEST(census.wildcard().time_wait == 1U);
}

BOOST_AUTO_TEST_CASE(accepted_connections_take_their_local_end)
{
    const BindCensus census = count({socket_on("0.0.0.0", 40000, SocketState::listening),
                                     sample::connection(40000, "10.0.9.1", "10.0.0.1"),
                                     sample::connection(40000, "10.0.9.2", "10.0.0.2")});
    std::vector<std::string> addresses;
    for (const BindUsage& usage : census.by_address())
        addresses.push_back(usage.address.text());
    const std::vector<std::string> expected = {"::", "0.0.0.0", "10.0.0.1", "10.0.0.2"};
    BOOST_TEST(addresses == expected, boost::test_tools::per_element());
    BOOST_TEST(used(census, "10.0.0.1") == 1U);
    BOOST_TEST(census.of(Address::parse("10.0.0.1")).listening == 1U);
}

BOOST_AUTO_TEST_CASE(a_port_with_many_sockets_counts_once_as_the_most_lasting_of_them)
{
    const BindCensus census =
        count({socket_on("127.0.0.1", 40000), socket_on("127.0.0.1", 40000, SocketState::listening),
               socket_on("127.0.0.1", 40002), connected_from("127.0.0.1", 40002),
               connected_from("127.0.0.1", 40003), sample::local_time_wait(40003, 5s),
               sample::local_time_wait(40001, 5s)});
    for (const char* const address : {"::", "0.0.0.0", "127.0.0.1"}) {
        const BindUsage usage = census.of(Address::parse(address));
        BOOST_TEST(usage.used == 4U);
        BOOST_TEST(usage.listening == 1U);
        BOOST_TEST(usage.bound == 1U);
        BOOST_TEST(usage.connected == 1U);
        BOOST_TEST(usage.time_wait == 1U);
    }
}

BOOST_AUTO_TEST_CASE(many_sockets_of_one_address_count_each_port_once)
{
    std::vector<Socket> sockets;
    for (int i = 0; i < 1000; ++i) {
        const auto port = static_cast<std::uint16_t>(40000 + i % 50);
        sockets.push_back(connected_from(i % 7 == 0 ? "10.9.0.2" : "10.9.0.1", port));
        sockets.push_back(sample::time_wait(port, 5s, "10.9.0.1", "10.9.0.1"));
    }
    const BindCensus census = count(sockets);
    BOOST_TEST(used(census, "10.9.0.1") == 50U);
    BOOST_TEST(used(census, "10.9.0.2") == 50U);
    BOOST_TEST(census.of(Address::parse("10.9.0.1")).connected == 50U);
    BOOST_TEST(census.of(Address::parse("10.9.0.1")).time_wait == 0U);
}

BOOST_AUTO_TEST_CASE(reserved_ports_are_nobodys)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved.insert({40000, 40003});
    const BindCensus census = count({socket_on("127.0.0.1", 40000)}, settings);
    BOOST_TEST(census.range_size() == 60U);
    BOOST_TEST(census.wildcard().used == 0U);
}

BOOST_AUTO_TEST_CASE(of_an_odd_range_tcp_does_not_find_the_first_port_and_udp_does)
{
    const kernel::PortSettings odd = sample::settings({40000, 40064});
    const auto snapshot = sample::snapshot({socket_on("127.0.0.1", 40000)}, odd);
    BOOST_TEST(BindCensus(snapshot, Protocol::tcp).range_size() == 64U);
    BOOST_TEST(BindCensus(snapshot, Protocol::tcp).wildcard().used == 0U);

    const auto udp =
        sample::udp_snapshot({socket_on("127.0.0.1", 40000, SocketState::closed)}, odd);
    BOOST_TEST(BindCensus(udp, Protocol::udp).range_size() == 65U);
    BOOST_TEST(BindCensus(udp, Protocol::udp).wildcard().used == 1U);
}

BOOST_AUTO_TEST_CASE(each_protocol_has_its_own_ports)
{
    sockets::Snapshot snapshot = sample::snapshot({socket_on("127.0.0.1", 40000)});
    snapshot.add_udp(socket_on("127.0.0.1", 40001, SocketState::closed));
    snapshot.add_udp(connected_from("127.0.0.1", 40002));
    BOOST_TEST(BindCensus(snapshot, Protocol::tcp).wildcard().used == 1U);
    const BindUsage udp = BindCensus(snapshot, Protocol::udp).wildcard();
    BOOST_TEST(udp.used == 2U);
    BOOST_TEST(udp.bound == 1U);
    BOOST_TEST(udp.connected == 1U);
}

BOOST_AUTO_TEST_CASE(the_fullest_address_comes_first)
{
    const BindCensus census =
        count({socket_on("127.0.0.1", 40000), socket_on("10.9.0.1", 40001),
               socket_on("10.9.0.1", 40002), socket_on("::1", 40003, SocketState::bound, true)});
    std::vector<std::string> addresses;
    for (const BindUsage& usage : census.by_address())
        addresses.push_back(usage.address.text());
    const std::vector<std::string> expected = {"::", "0.0.0.0", "10.9.0.1", "::1", "127.0.0.1"};
    BOOST_TEST(addresses == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_port_of_one_address_counts_once_however_many_sockets_are_on_it)
{
    kernel::PortSettings settings = sample::settings();
    settings.range = {40000, 49999};
    std::vector<Socket> sockets = {sample::connection(49997, "10.0.0.5", "10.9.0.1")};
    for (const char* const destination : {"10.0.0.5", "10.0.0.6", "10.0.0.7"}) {
        for (std::uint16_t port = 40000; port < 45000; ++port)
            sockets.push_back(sample::connection(port, destination, "10.9.0.1"));
    }
    sockets.push_back(sample::connection(49999, "10.0.0.5", "10.9.0.1"));
    sockets.push_back(sample::connection(49998, "10.0.0.5", "10.9.0.2"));
    const BindCensus census = count(sockets, settings);
    BOOST_TEST(used(census, "10.9.0.1") == 5002U);
    BOOST_TEST(used(census, "10.9.0.2") == 1U);
    BOOST_TEST(census.of(Address::parse("10.9.0.1")).connected == 5002U);
    BOOST_TEST(census.wildcard().used == 5003U);
}

BOOST_AUTO_TEST_CASE(an_address_has_the_same_figures_among_few_addresses_and_among_many)
{
    std::vector<Socket> sockets = {socket_on("127.0.0.1", 40000)};
    for (std::uint16_t port = 40001; port < 40004; ++port) {
        sockets.push_back(connected_from("127.0.0.1", port));
        sockets.push_back(connected_from("2001:db8::1", port));
        sockets.push_back(sample::time_wait(static_cast<std::uint16_t>(port + 20), 5s));
    }
    for (const int others : {0, 100}) {
        for (int i = 0; i < others; ++i)
            sockets.push_back(connected_from(("10.8.0." + std::to_string(i)).c_str(), 40001));
        const BindCensus census = count(sockets);
        BOOST_TEST(used(census, "127.0.0.1") == 4U);
        BOOST_TEST(census.of(Address::parse("127.0.0.1")).connected == 3U);
        BOOST_TEST(used(census, "2001:db8::1") == 3U);
        BOOST_TEST(census.wildcard().used == 7U);
        BOOST_TEST(census.wildcard().time_wait == 3U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
