// /proc/net/sockstat: this network namespace's socket counts, which the kernel keeps anyway.
// Reading them walks no table (sockstat_seq_show() in net/ipv4/proc.c).
#pragma once

#include <cstdint>
#include <string_view>

namespace kernel {

/// How many TCP sockets are in TIME_WAIT, IPv4 and IPv6 together: "tw". Throws std::runtime_error
/// where the file cannot be read or understood.
std::uint64_t read_time_wait_count();

/// Throws std::invalid_argument.
std::uint64_t parse_time_wait_count(std::string_view text);

} // namespace kernel
