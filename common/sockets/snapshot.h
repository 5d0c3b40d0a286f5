// A snapshot: what one reading of one network namespace found, kept as a value.
//
// Everything that the checks say is computed from it, as often as it takes: who has which ports,
// with whatever ports are held; the history of any tuple; what bind() and UDP have left; who
// listens in the range. The kernel's table of sockets is walked once for all of that. A walk is
// what costs, and two walks see two different hosts.
//
// What a listener inside the range accepted has the listener's port, and is nobody's ephemeral
// port. There may be a million of these, so only their local address is kept. The kernel dumps
// listeners first (inet_diag_dump_icsk(), tcp_seq_start()). A connection that comes before its
// listener, as in a capture or a second file, is kept, and the arithmetic leaves it out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/kernel/port_settings.h"
#include "common/kernel/question_tuple.h"
#include "common/net/port_set.h"
#include "common/sockets/connections.h"
#include "common/sockets/owner.h"
#include "common/sockets/socket.h"

namespace sockets {

/// A socket that is told by its local end: one that listens or is bound only, or any of UDP.
struct LocalSocket {
    net::Address address;
    std::uint16_t port = 0;
    SocketState state = SocketState::listening;
    std::uint32_t user = 0;
    std::optional<bool> ipv6_only; ///< IPV6_V6ONLY; nothing if it is not known
    OwnerNumber owner = nobody;
};

/// A way of reading sockets.
enum class Reader { automatic, sock_diag, procfs, capture };

/// How the sockets were read, for `-v`.
struct Reading {
    Reader reader = Reader::sock_diag;
    std::string reason; ///< why it was not sock_diag; empty if it was, or if procfs was asked for
};

/// Who is on ports outside the range, for the question what a wider range would bring. Which tuple
/// a connection there has is not kept: a kernel that picks inside the range puts none there.
struct OutsideRange {
    net::PortSet read; ///< the ports that were looked at
    net::PortSet listening;
    net::PortSet bound;
    net::PortSet connected; ///< by connections that no listener of the snapshot accepted
    net::PortSet udp;
    net::PortSet udp_without_peer; ///< of these, those that may be services
};

/// Whether this TCP socket is nobody's: a connection that has ended, or one of a check that asks
/// the kernel, be it a question or the canary (common/kernel/bound_socket_canary.h).
inline bool is_passing(const Socket& socket)
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

class Snapshot {
public:
    /// `read`: the ports that are looked at, if these are more than the range.
    explicit Snapshot(const kernel::PortSettings& settings,
                      std::optional<net::PortRange> read = {});

    /// Keeps a TCP socket, if it is on a usable port. Inline, with all that each of a million
    /// connections needs: then no Socket has to be put together in memory (dump_message.h).
    [[gnu::always_inline]] void add_tcp(const Socket& socket)
    {
        if (is_passing(socket))
            return;
        const std::uint16_t port = socket.local_port;
        if (!usable_.contains(port))
            add_tcp_outside(socket.state, port);
        else if (socket.state == SocketState::listening || socket.state == SocketState::bound)
            add_tcp_local(socket);
        else if (listening_.contains(port))
            add_accepted(socket.local_address, port);
        else
            connections.add(socket, owner_of(socket));
    }
    /// Keeps a UDP socket, if it is on a usable port.
    void add_udp(const Socket& socket);

    kernel::PortSettings settings;
    Connections connections;      ///< of TCP
    std::vector<LocalSocket> tcp; ///< those that listen or are bound only
    std::vector<LocalSocket> udp; ///< all; a connected one is established, others closed
    std::set<std::pair<net::Address, std::uint16_t>>
        accepted; ///< the local ends of connections that a listener inside the range accepted

    OutsideRange outside;

    OwnerNumbers owners; ///< of all these sockets

    /// At most so many TCP sockets may be bound to a port without being in this snapshot: some
    /// kernels and readers do not show sockets that are bound only.
    std::size_t hidden_at_most = 0;

    Reading reading;

private:
    // By value, and never inline: what is handed over by reference has to be in memory.
    [[gnu::noinline]] void add_tcp_outside(SocketState state, std::uint16_t port);
    [[gnu::noinline]] void add_tcp_local(Socket socket);
    [[gnu::noinline]] void add_accepted(net::Address address, std::uint16_t port);

    [[nodiscard]] OwnerNumber owner_of(const Socket& socket)
    {
        return socket.inode == 0 ? nobody : owners.number({socket.cgroup, socket.user});
    }
    [[nodiscard]] LocalSocket make_local(const Socket& socket);

    net::PortSet usable_;
    net::PortSet listening_;
    std::pair<net::Address, std::uint16_t> latest_accepted_;
};

} // namespace sockets
