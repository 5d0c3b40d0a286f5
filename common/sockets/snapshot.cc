#include "common/sockets/snapshot.h"

#include "common/kernel/question_tuple.h"

namespace sockets {
namespace {

LocalSocket make_local(const Socket& socket)
{
    return {socket.local_address, socket.local_port, socket.state, socket.user, socket.ipv6_only};
}

} // namespace

void Snapshot::add_tcp(const Socket& socket)
{
    const std::uint16_t port = socket.local_port;
    if (!usable_.contains(port))
        return;
    const bool listens = socket.state == SocketState::listening;
    if (listens || socket.state == SocketState::bound) {
        if (listens)
            listening_.insert(port);
        tcp.push_back(make_local(socket));
        return;
    }
    if (listening_.contains(port)) {
        // A million of them in a row may have the same local end.
        const std::pair end(socket.local_address, port);
        if (end != latest_accepted_)
            accepted.insert(latest_accepted_ = end);
        return;
    }
    if (kernel::is_question(socket.remote_address, socket.state == SocketState::syn_sent))
        return;
    connections.add(socket);
}

void Snapshot::add_udp(const Socket& socket)
{
    if (usable_.contains(socket.local_port))
        udp.push_back(make_local(socket));
}

} // namespace sockets
