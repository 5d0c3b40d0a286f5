// Sockets by netlink sock_diag, the interface of `ss`: no privilege, no text, filtered in the
// kernel.
//
// SOCK_DIAG_BY_FAMILY dumps one family a request, and each request walks the whole hash table,
// however few sockets there are. Its predecessor TCPDIAG_GETSOCK takes family 0 for both and walks
// once (inet_diag_dump_compat() leads into the same __inet_diag_dump()), with the same filters. So
// we use the older for TCP. UDP has only the newer, and a small table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/sockets/query.h"

namespace sockets {

/// Hands TCP sockets of both families to `sink`. The listening ones come first, then the bound
/// ones, then the others: inet_diag_dump_icsk() walks its tables in that order. Throws
/// ReaderUnavailable (before it has read anything), or std::runtime_error where the dump broke off.
void read_tcp_by_sock_diag(const Query& query, const SocketSink& sink);

/// Hands the UDP sockets of both families on `local_ports` to `sink`; connected ones are
/// established, the others closed. Throws as read_tcp_by_sock_diag().
void read_udp_by_sock_diag(net::PortRange local_ports, const SocketSink& sink);

/// The netlink request for `query`, ready to be sent.
std::vector<std::byte> make_tcp_dump_request(const Query& query, std::uint32_t sequence);

/// The same for the UDP sockets of one family (AF_INET or AF_INET6) on `local_ports`.
std::vector<std::byte> make_udp_dump_request(unsigned char family, net::PortRange local_ports,
                                             std::uint32_t sequence);

/// Takes one datagram of the answer to request `sequence` and hands its sockets to `sink`.
/// Returns whether the dump is complete. Throws as read_tcp_by_sock_diag(), also where the datagram
/// is malformed.
bool parse_dump(std::span<const std::byte> datagram, std::uint32_t sequence,
                const SocketSink& sink);

} // namespace sockets
