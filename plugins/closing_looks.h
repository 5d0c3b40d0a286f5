// Who closes the connections of the listed tuples, seen by looking again and again for a second.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "common/sockets/reader.h"
#include "plugins/live_owners.h"

namespace checks {

struct SeenClosings {
    std::chrono::milliseconds watched{}; ///< 0 if a look takes too long
    std::size_t closed = 0;
    RowOwners owners; ///< of those that were seen open before, most first
};

/// Looks for at most a second, and takes a tenth of a processor. If the kernel's table is so large
/// that this leaves fewer than two looks, it does not look at all.
SeenClosings watch_closings(const kernel::PortSettings& settings, sockets::Reader reader,
                            const std::vector<net::Tuple>& tuples);

/// "Of 97 that closed within 1 s, 63 were seen open before: churn.service (python3) 63."
std::string tell_closings(const SeenClosings& seen);

} // namespace checks
