// What sock_diag is asked: the netlink requests, with the filter that the kernel applies.
//
// SOCK_DIAG_BY_FAMILY dumps one family a request, and each request walks the whole hash table,
// however few sockets there are. Its predecessor TCPDIAG_GETSOCK takes family 0 for both and walks
// once (inet_diag_dump_compat() leads into the same __inet_diag_dump()), with the same filters. So
// we use the older for TCP. UDP has only the newer, and a small table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/sockets/query.h"

namespace sockets {

/// The netlink request for `query`, ready to be sent.
std::vector<std::byte> make_tcp_dump_request(const Query& query, std::uint32_t sequence);

/// The same for the UDP sockets of one family (AF_INET or AF_INET6) on `local_ports`.
std::vector<std::byte> make_udp_dump_request(unsigned char family, net::PortRange local_ports,
                                             std::uint32_t sequence);

} // namespace sockets
