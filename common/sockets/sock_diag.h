// Sockets by netlink sock_diag, the interface of `ss`: no privilege, no text, filtered in the
// kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linux/netlink.h>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "common/kernel/netlink_channel.h"
#include "common/kernel/reader_unavailable.h"
#include "common/sockets/dump_message.h"
#include "common/sockets/dump_request.h"
#include "common/sockets/query.h"

namespace sockets {

/// Hands the sockets of the answer to request `sequence` to `sink`. Throws
/// kernel::ReaderUnavailable if the kernel refused at once, else std::runtime_error if the dump
/// broke off.
template <class Sink>
void receive_dump(kernel::NetlinkChannel& channel, std::uint32_t sequence, const Sink& sink)
{
    std::vector<std::byte> buffer(kernel::netlink_datagram_size);
    bool has_begun = false;
    try {
        while (!parse_dump(channel.receive(buffer), sequence, sink))
            has_begun = true;
    } catch (const kernel::ReaderUnavailable& error) {
        if (!has_begun)
            throw;
        // Too late for another reader, which would hand out the same sockets again.
        throw std::runtime_error(fmt::format("the sock_diag dump broke off: {}", error.what()));
    }
}

/// Hands TCP sockets of both families to `sink`. The listening ones come first, then the bound
/// ones, then the others: inet_diag_dump_icsk() walks its tables in that order. Throws
/// kernel::ReaderUnavailable (before it has read anything), or std::runtime_error if the dump broke
/// off.
template <class Sink>
void read_tcp_by_sock_diag(const Query& query, const Sink& sink)
{
    constexpr std::uint32_t sequence = 1;
    kernel::NetlinkChannel channel(NETLINK_SOCK_DIAG, "sock_diag");
    channel.send(make_tcp_dump_request(query, sequence));
    receive_dump(channel, sequence, sink);
}

/// Hands the UDP sockets of both families on `local_ports` to `sink`; connected ones are
/// established, the others closed. Throws as read_tcp_by_sock_diag().
void read_udp_by_sock_diag(net::PortRange local_ports, const SocketSink& sink);

} // namespace sockets
