// The census of bind(): which ports are gone for which local address.
#include "common/ports/bind_census.h"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using net::Address;
using ports::BindCensus;
using ports::BindUsage;
using sockets::Socket;
using sockets::SocketState;

Socket socket_on(const char* address, std::uint16_t port, SocketState state = SocketState::bound,
                 std::optional<bool> ipv6_only = {})
{
    Socket socket;
    socket.state = state;
    socket.local_port = port;
    socket.local_address = Address::parse(address);
    socket.ipv6_only = ipv6_only;
    return socket;
}

BindCensus count(const std::vector<Socket>& sockets,
                 const kernel::PortSettings& settings = sample::settings())
{
    BindCensus census(settings);
    for (const Socket& socket : sockets)
        census.add(socket);
    return census;
}

BindUsage usage_of(const BindCensus& census, const char* address)
{
    const std::vector<BindUsage> usages = census.by_address();
    const auto found = std::find_if(usages.begin(), usages.end(), [&](const BindUsage& usage) {
        return usage.address == Address::parse(address);
    });
    BOOST_REQUIRE((found != usages.end()));
    return *found;
}

BOOST_AUTO_TEST_SUITE(bind_census)

BOOST_AUTO_TEST_CASE(everything_is_left_where_there_is_no_socket)
{
    BOOST_TEST(count({}).wildcard().left == 64U);
    BOOST_TEST(count({}).by_address().size() == 2U);
}

BOOST_AUTO_TEST_CASE(addresses_do_not_take_from_each_other_but_from_the_wildcards)
{
    const BindCensus census = count({socket_on("127.0.0.1", 40000), socket_on("10.9.0.1", 40001),
                                     socket_on("10.9.0.1", 40002)});
    BOOST_TEST(usage_of(census, "127.0.0.1").left == 63U);
    BOOST_TEST(usage_of(census, "10.9.0.1").left == 62U);
    BOOST_TEST(usage_of(census, "0.0.0.0").left == 61U);
    BOOST_TEST(census.wildcard().left == 61U);
}

BOOST_AUTO_TEST_CASE(the_ipv4_wildcard_takes_from_every_ipv4_address_alone)
{
    const BindCensus census = count({socket_on("0.0.0.0", 40000), socket_on("127.0.0.1", 40001),
                                     socket_on("::1", 40002, SocketState::bound, true)});
    BOOST_TEST(usage_of(census, "127.0.0.1").left == 62U);
    BOOST_TEST(usage_of(census, "::1").left == 63U);
}

BOOST_AUTO_TEST_CASE(the_ipv6_wildcard_takes_from_ipv4_unless_it_keeps_out_of_it)
{
    const BindCensus dual = count(
        {socket_on("::", 40000, SocketState::listening, false), socket_on("127.0.0.1", 40001)});
    BOOST_TEST(usage_of(dual, "127.0.0.1").left == 62U);
    const BindCensus ipv6_only = count({socket_on("::", 40000, SocketState::listening, true),
                                        socket_on("127.0.0.1", 40001), socket_on("::1", 40002)});
    BOOST_TEST(usage_of(ipv6_only, "127.0.0.1").left == 63U);
    BOOST_TEST(usage_of(ipv6_only, "::1").left == 62U);
    BOOST_TEST(ipv6_only.wildcard().left == 61U);
}

BOOST_AUTO_TEST_CASE(ports_of_ipv6_connections_alone_are_in_doubt_for_the_ipv4_wildcard)
{
    const BindCensus census = count({socket_on("::1", 40000, SocketState::established),
                                     socket_on("::1", 40001, SocketState::established),
                                     socket_on("127.0.0.1", 40001, SocketState::established)});
    BOOST_TEST(usage_of(census, "0.0.0.0").used == 2U);
    BOOST_TEST(usage_of(census, "0.0.0.0").doubtful == 1U);
    BOOST_TEST(census.wildcard().doubtful == 0U);
}

BOOST_AUTO_TEST_CASE(a_port_with_many_sockets_counts_once_as_the_most_lasting_of_them)
{
    const BindCensus census = count({socket_on("127.0.0.1", 40000, SocketState::time_wait),
                                     socket_on("127.0.0.1", 40000, SocketState::established),
                                     socket_on("127.0.0.1", 40000, SocketState::listening),
                                     socket_on("127.0.0.1", 40001, SocketState::time_wait),
                                     socket_on("127.0.0.1", 40002, SocketState::closed)});
    const BindUsage usage = census.wildcard();
    BOOST_TEST(usage.used == 3U);
    BOOST_TEST(usage.listening == 1U);
    BOOST_TEST(usage.connected == 0U);
    BOOST_TEST(usage.time_wait == 1U);
    BOOST_TEST(usage.bound == 1U);
}

BOOST_AUTO_TEST_CASE(reserved_ports_are_nobodys)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved.insert({40000, 40003});
    const BindCensus census = count({socket_on("127.0.0.1", 40000)}, settings);
    BOOST_TEST(census.range_size() == 60U);
    BOOST_TEST(census.wildcard().left == 60U);
}

BOOST_AUTO_TEST_CASE(the_fullest_address_comes_first)
{
    const BindCensus census = count({socket_on("127.0.0.1", 40000), socket_on("10.9.0.1", 40001),
                                     socket_on("10.9.0.1", 40002)});
    const std::vector<BindUsage> usages = census.by_address();
    BOOST_TEST(std::is_sorted(
        usages.begin(), usages.end(),
        [](const BindUsage& one, const BindUsage& other) { return one.left < other.left; }));
    BOOST_TEST(usages.back().address.text() == "127.0.0.1");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
