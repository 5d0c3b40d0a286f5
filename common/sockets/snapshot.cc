#include "common/sockets/snapshot.h"

namespace sockets {

Snapshot::Snapshot(const kernel::PortSettings& settings, std::optional<net::PortRange> read)
    : settings(settings), usable_(settings.usable())
{
    if (!read || *read == settings.range)
        return;
    net::PortSet range;
    range.insert(settings.range);
    outside.read.insert(*read);
    outside.read -= range;
}

LocalSocket Snapshot::make_local(const Socket& socket)
{
    return {socket.local_address, socket.local_port, socket.state,
            socket.user,          socket.ipv6_only,  owner_of(socket)};
}

void Snapshot::add_tcp_local(Socket socket)
{
    if (socket.state == SocketState::listening)
        listening_.insert(socket.local_port);
    tcp.push_back(make_local(socket));
}

/// A million of them in a row may have the same local end.
void Snapshot::add_accepted(net::Address address, std::uint16_t port)
{
    const std::pair end(address, port);
    if (end != latest_accepted_)
        accepted.insert(latest_accepted_ = end);
}

void Snapshot::add_tcp_outside(SocketState state, std::uint16_t port)
{
    if (!outside.read.contains(port))
        return;
    if (state == SocketState::listening)
        outside.listening.insert(port);
    else if (state == SocketState::bound)
        outside.bound.insert(port);
    else if (!outside.listening.contains(port))
        outside.connected.insert(port);
}

void Snapshot::add_udp(const Socket& socket)
{
    const std::uint16_t port = socket.local_port;
    if (usable_.contains(port)) {
        udp.push_back(make_local(socket));
    } else if (outside.read.contains(port)) {
        outside.udp.insert(port);
        if (socket.state == SocketState::closed)
            outside.udp_without_peer.insert(port);
    }
}

} // namespace sockets
