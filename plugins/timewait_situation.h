// What check_ephemeral_timewait found, and what it says: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/plugin/report.h"
#include "common/ports/census.h"

namespace checks {

/// What the kernel counts by itself.
struct TimeWaitCounts {
    std::size_t time_wait = 0;
    std::optional<std::uint64_t> overflows; ///< nothing if the kernel does not tell
    std::optional<std::uint32_t> cap;       ///< tcp_max_tw_buckets
};

/// What only the sockets tell.
struct Makers {
    struct Row {
        ports::TupleUsage usage;
        ports::History history;
    };

    ports::Total total;
    std::vector<Row> rows;     ///< those with the most TIME_WAITs, one at least if there is any
    std::size_t fin_wait2 = 0; ///< on ephemeral ports; the kernel counts them as TIME_WAIT
    std::size_t listed = 0;    ///< so many rows are shown
};

Makers find_makers(const sockets::Snapshot& snapshot, std::size_t most_rows);

/// State, sentence, perfdata, table and what follows from them. Without `makers` only what the
/// kernel counts is told.
plugin::Report report_time_wait(const TimeWaitCounts& counts, const std::optional<Makers>& makers,
                                const kernel::PortSettings& settings,
                                const plugin::Thresholds& thresholds);

} // namespace checks
