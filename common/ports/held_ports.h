// Which ports are held, as far as it is known: gone for every connect(), whatever its tuple.
//
// __inet_hash_connect() passes a port by if its bind bucket was not made by connect() alone
// (fastreuse or fastreuseport is not negative). Sockets that listen or called bind() do that. Those
// that listen or are bound only can be seen; whether a connected socket once called bind() is not
// in any dump, but the kernel can be asked (common/kernel/oracle.h). What is not asked stays in
// doubt. A port without any socket is not held.
#pragma once

#include <cstddef>

#include "common/net/port_set.h"
#include "common/sockets/snapshot.h"

namespace ports {

struct HeldPorts {
    net::PortSet known;     ///< seen or asked to be held
    net::PortSet doubtful;  ///< they carry a connection, and may be held
    std::size_t hidden = 0; ///< at most so many more, with sockets that nothing shows

    [[nodiscard]] bool is_exact() const { return doubtful.size() == 0 && hidden == 0; }
    bool operator==(const HeldPorts&) const = default;
    /// How many ports may be held beyond those that are known to be.
    [[nodiscard]] std::size_t in_doubt() const { return doubtful.size() + hidden; }
};

/// What the sockets of `snapshot` show.
HeldPorts find_shown_as_held(const sockets::Snapshot& snapshot);

/// The usable ports on which a listener of `snapshot` stands.
net::PortSet listening_ports(const sockets::Snapshot& snapshot);

} // namespace ports
