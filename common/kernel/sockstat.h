// /proc/net/sockstat: this network namespace's socket counts, which the kernel keeps anyway.
// Reading them walks no table (sockstat_seq_show() in net/ipv4/proc.c).
#pragma once

#include <cstdint>
#include <string_view>

namespace kernel {

struct SocketCounts {
    std::uint64_t time_wait = 0; ///< TCP, IPv4 and IPv6 together: "tw"
    std::uint64_t orphans = 0;   ///< TCP sockets that no program holds any more: "orphan"
};

/// Throws std::runtime_error where the file cannot be read or understood.
SocketCounts read_socket_counts();

/// Throws std::invalid_argument.
SocketCounts parse_socket_counts(std::string_view text);

} // namespace kernel
