// /proc/net/sockstat and sockstat6: this network namespace's socket counts, which the kernel keeps
// anyway. Reading them walks no table (sockstat_seq_show() in net/ipv4/proc.c).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace kernel {

/// How many TCP sockets are in TIME_WAIT, IPv4 and IPv6 together: "tw". Throws std::runtime_error
/// if the file cannot be read or understood.
std::size_t read_time_wait_count();

/// Throws std::invalid_argument.
std::uint64_t parse_time_wait_count(std::string_view text);

/// How many TCP sockets of this network namespace, at most, stand in no table: they are bound and
/// neither listen nor are connected, or not even bound. A kernel that does not show them in its
/// dump counts them here all the same. Nothing if the counts cannot be read or understood.
std::optional<std::size_t> most_hidden_sockets();

/// The same from the text of sockstat, and of sockstat6 unless this kernel has no IPv6.
std::optional<std::size_t> most_hidden_sockets(std::string_view sockstat,
                                               const std::optional<std::string>& sockstat6);

/// How many ports the sockets of this network namespace take for any one tuple, at most: each of
/// them takes one. Far above what there is if its sockets are of other kinds, such as AF_UNIX.
/// Nothing if the counts cannot be read or understood.
std::optional<std::size_t> most_ports_taken();

/// The same of the namespace that `process` is in. It needs no privilege.
std::optional<std::size_t> most_ports_taken(pid_t process);

/// The same from the text of sockstat, and of sockstat6 unless this kernel has no IPv6.
std::optional<std::size_t> most_ports_taken(std::string_view sockstat,
                                            const std::optional<std::string>& sockstat6);

} // namespace kernel
