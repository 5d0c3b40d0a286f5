// Which tuple has the most connections: the first to look at if bind(), whose ports belong to no
// tuple, has too few. It takes four bytes per tuple and no more, because whoever asks is in trouble
// already, and may have a million tuples. For what connect() has left there is the census
// (census.h).
#pragma once

#include <cstddef>
#include <optional>

#include "common/net/tuple.h"
#include "common/sockets/snapshot.h"

namespace ports {

struct BusiestTuple {
    net::Tuple tuple;
    std::size_t connections = 0; ///< in any state, on usable ports without a listener
};

/// Of several with as many connections the first by address; nothing if there is no connection.
std::optional<BusiestTuple> find_busiest_tuple(const sockets::Snapshot& snapshot);

} // namespace ports
