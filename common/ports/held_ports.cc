#include "common/ports/held_ports.h"

#include <algorithm>

namespace ports {

HeldPorts find_shown_as_held(const sockets::Snapshot& snapshot)
{
    const net::PortSet usable = snapshot.settings.found_by_tcp();
    HeldPorts held;
    for (const sockets::LocalSocket& socket : snapshot.tcp)
        held.known.insert(socket.port);
    net::PortMarks connected;
    snapshot.connections.for_each(
        [&](const sockets::Connection& connection) { connected.mark(connection.local_port); });
    held.known &= usable;
    held.doubtful = connected.marked() & usable;
    held.doubtful -= held.known;
    held.hidden =
        std::min(snapshot.hidden_at_most, usable.size() - held.known.size() - held.doubtful.size());
    return held;
}

net::PortSet listening_ports(const sockets::Snapshot& snapshot)
{
    net::PortSet listening;
    for (const sockets::LocalSocket& socket : snapshot.tcp) {
        if (socket.state == sockets::SocketState::listening)
            listening.insert(socket.port);
    }
    return listening;
}

} // namespace ports
