#include "common/sockets/snapshot.h"

#include "common/kernel/question_tuple.h"

namespace sockets {
namespace {

/// Whether this TCP socket is nobody's: a connection that has ended, or one of a check that asks
/// the kernel, be it a question or the canary (common/kernel/bound_socket_canary.h).
bool is_passing(const Socket& socket)
{
    switch (socket.state) {
    case SocketState::closed:
        return true;
    case SocketState::bound:
        return kernel::is_of_questions(socket.local_address) ||
               kernel::is_question(socket.remote_address, true);
    default:
        return kernel::is_question(socket.remote_address, socket.state == SocketState::syn_sent);
    }
}

} // namespace

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

inline OwnerNumber Snapshot::owner_of(const Socket& socket)
{
    return socket.inode == 0 ? nobody : owners.number({socket.cgroup, socket.user});
}

LocalSocket Snapshot::make_local(const Socket& socket)
{
    return {socket.local_address, socket.local_port, socket.state,
            socket.user,          socket.ipv6_only,  owner_of(socket)};
}

void Snapshot::add_tcp(const Socket& socket)
{
    if (is_passing(socket))
        return;
    const std::uint16_t port = socket.local_port;
    if (!usable_.contains(port))
        add_tcp_outside(socket);
    else if (socket.state == SocketState::listening || socket.state == SocketState::bound)
        add_tcp_local(socket);
    else if (listening_.contains(port))
        add_accepted(socket);
    else
        connections.add(socket, owner_of(socket));
}

// These are apart, because with them in add_tcp() that saved and restored registers for each of a
// million connections.
[[gnu::noinline]] void Snapshot::add_tcp_local(const Socket& socket)
{
    if (socket.state == SocketState::listening)
        listening_.insert(socket.local_port);
    tcp.push_back(make_local(socket));
}

/// A million of them in a row may have the same local end.
[[gnu::noinline]] void Snapshot::add_accepted(const Socket& socket)
{
    const std::pair end(socket.local_address, socket.local_port);
    if (end != latest_accepted_)
        accepted.insert(latest_accepted_ = end);
}

[[gnu::noinline]] void Snapshot::add_tcp_outside(const Socket& socket)
{
    const std::uint16_t port = socket.local_port;
    if (!outside.read.contains(port))
        return;
    if (socket.state == SocketState::listening)
        outside.listening.insert(port);
    else if (socket.state == SocketState::bound)
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
