// What everybody may read of connection tracking: how many entries there are, how many there may
// be, and what the kernel dropped.
//
// The table is one for all network namespaces, but each is counted by itself, and each may have
// nf_conntrack_max entries (__nf_conntrack_alloc()).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kernel {

struct ConntrackCounters {
    std::size_t entries = 0;
    std::size_t most_entries = 0; ///< nf_conntrack_max; 0 for no limit
    std::chrono::seconds time_wait_length{120};
    std::optional<std::uint64_t> insert_failed;
    std::optional<std::uint64_t> drop;
    std::optional<std::uint64_t> early_drop;
};

/// The sum over all processors of the column `name` of /proc/net/stat/nf_conntrack: a line of
/// names, and a line of hexadecimal numbers for each. Nothing if there is no such column. Throws
/// std::invalid_argument.
std::optional<std::uint64_t> parse_conntrack_counter(std::string_view text, std::string_view name);

/// Nothing if this kernel tracks no connections. Throws std::runtime_error.
std::optional<ConntrackCounters> read_conntrack_counters();

} // namespace kernel
