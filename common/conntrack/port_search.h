// How NAT searches for a source port, and what share of new connections it refuses.
//
// nf_nat_l4proto_unique_tuple() looks at a window of 128 neighbouring ports from a random place,
// then, from other places, at windows of 64, 32, 16 and 8: 248 ports, and gives up. Used ports form
// clusters, so it refuses connections long before all are used. A range of 128 ports or fewer is
// looked at once, as a whole.
//
// In the last 32 probes of a window newer kernels take the port of a TCP connection that is in
// TIME_WAIT or was reset (nf_nat_used_tuple_harder()), if the new connection's sequence number is
// ahead of the old one's, which it is by chance for every other one. No file tells which kernels do
// so.
#pragma once

#include <cstddef>

#include "common/net/port_set.h"

namespace conntrack {

/// A range of so many ports is looked at as a whole.
constexpr std::size_t most_searched_whole = 128;

/// A share of new connections, 0 to 1; if it is not certain, its two ends.
struct RefusedShare {
    double least = 0;
    double most = 0;
};

/// Of connections that must search `range`, if `used` are taken, `closed` of them by what newer
/// kernels may evict: at least if this one does.
RefusedShare share_of_failed_searches(net::PortRange range, const net::PortSet& used,
                                      const net::PortSet& closed);

/// With so many used ports, wherever they stand, at most this share of the searches fails.
double most_failed_searches(net::PortRange range, std::size_t used);

} // namespace conntrack
