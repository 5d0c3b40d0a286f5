// Sockets by netlink sock_diag, the interface of `ss`: no privilege, no text, filtered in the
// kernel.
#pragma once

#include "common/sockets/query.h"

namespace sockets {

/// Hands TCP sockets of both families to `sink`. The listening ones come first, then the bound
/// ones, then the others: inet_diag_dump_icsk() walks its tables in that order. Throws
/// kernel::ReaderUnavailable (before it has read anything), or std::runtime_error if the dump broke
/// off.
void read_tcp_by_sock_diag(const Query& query, const SocketSink& sink);

/// Hands the UDP sockets of both families on `local_ports` to `sink`; connected ones are
/// established, the others closed. Throws as read_tcp_by_sock_diag().
void read_udp_by_sock_diag(net::PortRange local_ports, const SocketSink& sink);

} // namespace sockets
