// The connections of a few tuples, one by one, for what counts cannot tell: their history, their
// oldest TIME_WAITs.
#pragma once

#include <map>
#include <vector>

#include "common/sockets/snapshot.h"

namespace ports {

using ConnectionsByTuple = std::map<sockets::TupleNumber, std::vector<sockets::Connection>>;

/// Those of `tuples`, in the order of the dump. The kernel's table changes while it is dumped, so
/// a connection can be in a dump twice. It is in here once, as it was last.
ConnectionsByTuple pick_tuples(const sockets::Snapshot& snapshot,
                               std::vector<sockets::TupleNumber> tuples);

} // namespace ports
