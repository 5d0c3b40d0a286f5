// How many live sockets each owner has: of a tuple, or on the ports that a bind() misses.
//
// A closed one has no owner any more, and cannot be divided by the shares of the live ones: a
// service that keeps 50 connections open and one that opens and closes 100 a second have 50 and 2
// live ones, and all TIME_WAITs are the second one's.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "common/ports/by_tuple.h"
#include "common/ports/protocol.h"
#include "common/sockets/snapshot.h"

namespace ports {

using SocketsByOwner = std::map<sockets::OwnerNumber, std::size_t>;

/// Of each of `tuples`, in their order; all of them are in `connections`. Throws
/// std::out_of_range if one is not.
std::vector<SocketsByOwner> count_owners(const ConnectionsByTuple& connections,
                                         const std::vector<sockets::TupleNumber>& tuples);

/// Of each of `addresses`: the live sockets of `protocol` whose ports bind() to it does not get.
std::vector<SocketsByOwner> count_bind_owners(const sockets::Snapshot& snapshot, Protocol protocol,
                                              const std::vector<net::Address>& addresses);

} // namespace ports
