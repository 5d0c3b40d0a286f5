// A wider ip_local_port_range, and what it would bring.
//
// The range that is suggested ends where the kernel's own does, and begins above most services. It
// only ever adds ports to the present one. A service that listens on one of these has to have its
// port reserved, or the kernel gives it away while the service restarts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/kernel/port_settings.h"
#include "common/net/port_set.h"
#include "common/sockets/snapshot.h"

namespace ports {

/// `range`, widened to 15000-60999. The kernel refuses a range that begins below
/// ip_unprivileged_port_start (ipv4_local_port_range()).
net::PortRange widen(net::PortRange range, std::optional<std::uint16_t> unprivileged_port_start);

/// The settings of `snapshot` with the range that was read, and the services outside the present
/// range reserved as far as the snapshot knows them.
kernel::PortSettings widen_settings(const sockets::Snapshot& snapshot);

/// How many ports there are more to have.
struct Gain {
    std::size_t least = 0;
    std::size_t most = 0;
};

/// What `wide` would bring to a tuple's connect(). `hidden`: so many sockets at most are bound to
/// ports without being shown, beyond those that were found. Whether a connection that is on a port
/// already keeps the tuple off it is not known.
Gain gain_of_connect(const sockets::Snapshot& snapshot, const kernel::PortSettings& wide,
                     std::size_t hidden);

/// What `wide` would bring to bind() of TCP sockets to the wildcard address, and to UDP sockets.
Gain gain_of_bind(const sockets::Snapshot& snapshot, const kernel::PortSettings& wide,
                  std::size_t hidden);
std::size_t gain_of_udp(const sockets::Snapshot& snapshot, const kernel::PortSettings& wide);

} // namespace ports
