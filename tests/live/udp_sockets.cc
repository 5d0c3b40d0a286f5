// Both readers of UDP sockets, against sockets that we made.
#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "common/sockets/procfs.h"
#include "common/sockets/snapshot.h"
#include "common/sockets/sock_diag.h"
#include "tests/live/lab.h"

namespace {

using sockets::Reader;
using sockets::Socket;
using sockets::SocketState;

/// In the range: one bound, one connected, one of IPv6 alone. Outside of it: one bound.
struct UdpSockets {
    lab::Namespace network;
    lab::FileDescriptor bound = bind_to("127.0.0.1", 40010);
    lab::FileDescriptor connected =
        lab::connected(lab::at("127.0.0.1", 53), manner("127.0.0.1", 40012));
    lab::FileDescriptor ipv6_only = bind_to("::", 40011);
    lab::FileDescriptor outside = bind_to("0.0.0.0", 53);

    static lab::Manner manner(const char* address, std::uint16_t port)
    {
        lab::Manner manner;
        manner.tcp = false;
        manner.ipv6_only = true;
        manner.bind = lab::at(address, port);
        return manner;
    }
    static lab::FileDescriptor bind_to(const char* address, std::uint16_t port)
    {
        return lab::bound(manner(address, port));
    }
};

std::vector<Socket> read(Reader reader)
{
    std::vector<Socket> found;
    const auto take = [&](const Socket& socket) { found.push_back(socket); };
    if (reader == Reader::sock_diag)
        sockets::read_udp_by_sock_diag({40000, 40063}, take);
    else
        sockets::read_udp_by_procfs({40000, 40063}, take);
    std::sort(found.begin(), found.end(), [](const Socket& one, const Socket& other) {
        return one.local_port < other.local_port;
    });
    return found;
}

const Socket& on_port(const std::vector<Socket>& found, std::uint16_t port)
{
    const auto at_port = std::find_if(found.begin(), found.end(), [&](const Socket& socket) {
        return socket.local_port == port;
    });
    BOOST_REQUIRE((at_port != found.end()));
    return *at_port;
}

BOOST_FIXTURE_TEST_SUITE(udp_sockets, UdpSockets)

BOOST_AUTO_TEST_CASE(both_readers_find_bound_and_connected_ones_in_the_range_and_no_others)
{
    for (const Reader reader : {Reader::sock_diag, Reader::procfs}) {
        const std::vector<Socket> found = read(reader);
        BOOST_TEST(found.size() == 3U);
        const Socket& bound_one = on_port(found, 40010);
        BOOST_TEST((bound_one.state == SocketState::closed));
        BOOST_TEST(bound_one.local_address.text() == "127.0.0.1");
        const Socket& connected_one = on_port(found, 40012);
        BOOST_TEST((connected_one.state == SocketState::established));
        BOOST_TEST(connected_one.remote_port == 53);
        BOOST_TEST(on_port(found, 40011).local_address.text() == "::");
    }
}

BOOST_AUTO_TEST_CASE(sock_diag_tells_that_a_socket_keeps_out_of_ipv4)
{
    BOOST_TEST(on_port(read(Reader::sock_diag), 40011).ipv6_only.value_or(false));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
