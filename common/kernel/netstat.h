// /proc/net/netstat: this network namespace's counters of events since it was made
// (netstat_seq_show() in net/ipv4/proc.c). Each group is two lines, one of names and one of values.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kernel {

/// The counter `name` of the group TcpExt; nothing if this kernel does not keep it. Throws
/// std::runtime_error if the file cannot be read or understood.
std::optional<std::uint64_t> read_tcp_counter(std::string_view name);

/// The same from the file's text. Throws std::invalid_argument.
std::optional<std::uint64_t> parse_tcp_counter(std::string_view text, std::string_view name);

} // namespace kernel
