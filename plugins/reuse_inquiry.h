// Whether connect() takes over the TIME_WAITs that it may: proved before it is believed.
//
// tcp_tw_reuse=1 helps only if the closed connections had TCP timestamps, which no dump tells. A
// question about a TIME_WAIT is answered as connect() would be, and takes it over, so the oldest
// are asked about: they have the least left to live.
#pragma once

#include <cstddef>

#include "common/kernel/oracle.h"
#include "common/ports/census.h"
#include "common/sockets/snapshot.h"

namespace checks {

/// Asks about the tuples that may be among the `rows` worst, and about the one that may head for
/// the most. What cannot be asked stays in doubt.
void prove_reuse(const sockets::Snapshot& snapshot, std::size_t rows, kernel::Oracle& oracle,
                 ports::Census& census);

} // namespace checks
