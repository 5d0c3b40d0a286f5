// The two readers of TCP sockets, side by side: what both can tell, they tell alike.
#include <algorithm>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/sockets/procfs.h"
#include "common/sockets/snapshot.h"
#include "common/sockets/sock_diag.h"
#include "tests/live/mix.h"

namespace {

using sockets::SocketState;

/// By one of the two readers.
void read_tcp(sockets::Reader reader, const sockets::Query& query, const sockets::SocketSink& sink)
{
    if (reader == sockets::Reader::sock_diag)
        sockets::read_tcp_by_sock_diag(query, sink);
    else
        sockets::read_tcp_by_procfs(query, sink);
}

/// Every socket as a line of text, in order.
std::vector<std::string> read_by(sockets::Reader reader)
{
    std::vector<std::string> lines;
    const auto note = [&](const sockets::Socket& socket) {
        // /proc/net shows none that is bound only.
        if (socket.state != SocketState::bound)
            lines.push_back(
                fmt::format("{} {} {} user {} inode {} {}", static_cast<int>(socket.state),
                            net::Endpoint{socket.local_address, socket.local_port}.text(),
                            net::Endpoint{socket.remote_address, socket.remote_port}.text(),
                            socket.user, socket.inode, socket.expires_in ? "expires" : "stays"));
    };
    read_tcp(reader, {{1, 65535}}, note);
    std::sort(lines.begin(), lines.end());
    return lines;
}

BOOST_AUTO_TEST_SUITE(readers)

BOOST_AUTO_TEST_CASE(both_readers_tell_the_same_of_random_mixes)
{
    lab::for_each_mix(20, [](net::PortRange /*range*/) {
        BOOST_TEST(read_by(sockets::Reader::sock_diag) == read_by(sockets::Reader::procfs),
                   boost::test_tools::per_element());
    });
}

BOOST_AUTO_TEST_CASE(sock_diag_hands_out_listeners_of_both_families_before_every_connection)
{
    const lab::Namespace network;
    const lab::FileDescriptor ipv4 = lab::listening(lab::at("0.0.0.0", 5432));
    const lab::FileDescriptor ipv6 = lab::listening(lab::at("::1", 5433));
    const auto connections = lab::connected_times(5, lab::at("127.0.0.1", 5432));
    std::vector<bool> listening;
    sockets::read_tcp_by_sock_diag({{1, 65535}}, [&](const sockets::Socket& socket) {
        listening.push_back(socket.state == SocketState::listening);
    });
    BOOST_TEST(listening.size() == 12U);
    BOOST_TEST(std::is_sorted(listening.rbegin(), listening.rend()));
}

BOOST_AUTO_TEST_CASE(a_socket_bound_to_a_device_has_a_tuple_of_its_own)
{
    const lab::Namespace network;
    const lab::Endpoint server = lab::at("127.0.0.1", 5432);
    const lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
    const lab::FileDescriptor plain = lab::connected(server);
    const lab::FileDescriptor on_loopback = lab::connected(server, {.device = "lo"});
    BOOST_TEST(lab::perfdata(lab::run({"plugins/check_ephemeral_ports"}), "tuples") == "2");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
