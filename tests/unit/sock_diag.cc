// The sock_diag reader: its request and a dump, as they were recorded.
#include "common/sockets/dump_message.h"
#include "common/sockets/dump_request.h"

#include <map>

#include <boost/test/unit_test.hpp>

#include "common/net/endpoint.h"
#include "tests/unit/fixture.h"

namespace {

using sockets::Socket;
using sockets::SocketState;
using Datagram = std::vector<std::byte>;
namespace utf = boost::unit_test;

constexpr std::uint32_t sequence = 1;

/// Every socket of the recording, by its local port: each port has one there.
std::map<std::uint16_t, Socket> parse_recording()
{
    std::map<std::uint16_t, Socket> by_port;
    bool complete = false;
    for (const Datagram& datagram : fixture::read_dump()) {
        BOOST_TEST(!complete);
        complete = sockets::parse_dump(datagram, sequence, [&](const Socket& socket) {
            BOOST_TEST(by_port.emplace(socket.local_port, socket).second);
        });
    }
    BOOST_TEST(complete);
    return by_port;
}

BOOST_AUTO_TEST_SUITE(sock_diag)

BOOST_AUTO_TEST_CASE(request_is_byte_for_byte_the_recorded_one,
                     *utf::precondition(fixture::is_of_our_byte_order))
{
    const std::vector<std::byte> request =
        sockets::make_tcp_dump_request({{40000, 40063}}, sequence);
    const std::string recorded = fixture::read("request.bin");
    BOOST_TEST(std::string(reinterpret_cast<const char*>(request.data()), request.size()) ==
               recorded);
}

BOOST_AUTO_TEST_CASE(recorded_dump_has_every_socket_of_the_range_and_no_other,
                     *utf::precondition(fixture::is_of_our_byte_order))
{
    const std::map<std::uint16_t, Socket> found = parse_recording();
    const std::map<std::uint16_t, SocketState> expected = {
        {40000, SocketState::listening},   {40001, SocketState::listening},
        {40002, SocketState::bound},       {40003, SocketState::bound},
        {40004, SocketState::established}, {40005, SocketState::established},
        {40006, SocketState::established}, {40007, SocketState::established},
        {40008, SocketState::time_wait},   {40009, SocketState::time_wait},
        {40010, SocketState::fin_wait2},   {40011, SocketState::fin_wait2},
        {40012, SocketState::listening}};
    BOOST_TEST(found.size() == expected.size());
    for (const auto& [port, state] : expected) {
        BOOST_REQUIRE(found.contains(port));
        BOOST_TEST(static_cast<int>(found.at(port).state) == static_cast<int>(state));
    }
}

BOOST_AUTO_TEST_CASE(recorded_sockets_have_their_addresses_and_devices,
                     *utf::precondition(fixture::is_of_our_byte_order))
{
    std::map<std::uint16_t, Socket> found = parse_recording();
    const auto ends = [&](std::uint16_t port) {
        const Socket& socket = found.at(port);
        return net::Endpoint{socket.local_address, socket.local_port}.text() + " " +
               net::Endpoint{socket.remote_address, socket.remote_port}.text();
    };
    BOOST_TEST(ends(40000) == "0.0.0.0:40000 0.0.0.0:0");
    BOOST_TEST(ends(40001) == "[::]:40001 [::]:0");
    BOOST_TEST(ends(40004) == "127.0.0.1:40004 127.0.0.1:5432");
    BOOST_TEST(ends(40005) == "[::1]:40005 [::1]:5432");
    BOOST_TEST(ends(40006) == "127.0.0.1:40006 127.0.0.1:5432", "mapped is IPv4");
    BOOST_TEST(found.at(40006).local_address.is_ipv4());
    BOOST_TEST(ends(40009) == "[::1]:40009 [::1]:5432");
    for (const auto& [port, socket] : found)
        BOOST_TEST(socket.device == (port == 40007 ? 1U : 0U));
}

BOOST_AUTO_TEST_CASE(recorded_sockets_have_their_times_and_owners,
                     *utf::precondition(fixture::is_of_our_byte_order))
{
    for (const auto& [port, socket] : parse_recording()) {
        const bool mini = port == 40008 || port == 40009 || port == 40011;
        BOOST_TEST(socket.expires_in.has_value() == mini);
        BOOST_TEST((socket.inode == 0) == mini);
        if (mini) {
            BOOST_TEST(socket.expires_in->count() > 0);
            BOOST_TEST(socket.expires_in->count() <= 60'000);
        }
    }
}

BOOST_AUTO_TEST_CASE(recorded_ipv6_holders_say_whether_they_keep_out_of_ipv4,
                     *utf::precondition(fixture::is_of_our_byte_order))
{
    const std::map<std::uint16_t, Socket> found = parse_recording();
    BOOST_TEST(found.at(40001).ipv6_only.value_or(false));
    BOOST_TEST(found.at(40003).ipv6_only.value_or(false), "bind() to one address set it");
    BOOST_TEST(!found.at(40012).ipv6_only.value_or(true));
    BOOST_TEST(!found.at(40000).ipv6_only.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
