// Takes the snapshot: by netlink if it is open, else from /proc/net.
#pragma once

#include <optional>

#include "common/sockets/query.h"
#include "common/sockets/snapshot.h"

namespace sockets {

/// What of a network namespace is read.
struct Wanted {
    bool tcp = true;
    bool udp = false;
    StateSet tcp_states = port_keeping_states;
    std::optional<net::PortRange> ports = {}; ///< that are looked at, if more than the range
    Reader reader = Reader::automatic;
};

/// Reads the sockets of the network namespace that we are in, whose settings are `settings`: the
/// kernel's table of TCP sockets is walked once. Throws std::runtime_error if no way is open,
/// naming each and its reason.
Snapshot take_snapshot(const kernel::PortSettings& settings, const Wanted& wanted);

} // namespace sockets
