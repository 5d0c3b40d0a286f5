#include "common/sockets/sock_diag.h"

#include <cstddef>
#include <cstdint>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "common/kernel/netlink_channel.h"
#include "common/kernel/reader_unavailable.h"
#include "common/sockets/dump_message.h"
#include "common/sockets/dump_request.h"

namespace sockets {
namespace {

using kernel::ReaderUnavailable;

void receive_dump(kernel::NetlinkChannel& channel, std::uint32_t sequence, const SocketSink& sink)
{
    std::vector<std::byte> buffer(kernel::netlink_datagram_size);
    bool complete = parse_dump(channel.receive(buffer), sequence, sink);
    try {
        while (!complete)
            complete = parse_dump(channel.receive(buffer), sequence, sink);
    } catch (const ReaderUnavailable& error) {
        // Too late for another reader, which would hand out the same sockets again.
        throw std::runtime_error(fmt::format("the sock_diag dump broke off: {}", error.what()));
    }
}

} // namespace

void read_tcp_by_sock_diag(const Query& query, const SocketSink& sink)
{
    constexpr std::uint32_t sequence = 1;
    kernel::NetlinkChannel channel(NETLINK_SOCK_DIAG, "sock_diag");
    channel.send(make_tcp_dump_request(query, sequence));
    receive_dump(channel, sequence, sink);
}

void read_udp_by_sock_diag(net::PortRange local_ports, const SocketSink& sink)
{
    kernel::NetlinkChannel channel(NETLINK_SOCK_DIAG, "sock_diag");
    std::uint32_t sequence = 1;
    channel.send(make_udp_dump_request(AF_INET, local_ports, sequence));
    receive_dump(channel, sequence, sink);
    ++sequence;
    try {
        channel.send(make_udp_dump_request(AF_INET6, local_ports, sequence));
        receive_dump(channel, sequence, sink);
    } catch (const ReaderUnavailable& error) {
        // Too late for another reader: it would hand out the IPv4 sockets again.
        throw std::runtime_error(error.what());
    }
}

} // namespace sockets
