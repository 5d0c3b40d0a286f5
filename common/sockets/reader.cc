#include "common/sockets/reader.h"

#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "common/kernel/bound_socket_canary.h"
#include "common/kernel/reader_unavailable.h"
#include "common/kernel/sockstat.h"
#include "common/sockets/procfs.h"
#include "common/sockets/sock_diag.h"

namespace sockets {
namespace {

using kernel::ReaderUnavailable;

/// Reads in one of two ways, the second if the first is closed.
Reading read_by(Reader reader, const std::function<void()>& sock_diag,
                const std::function<void()>& procfs)
{
    std::string reason;
    if (reader != Reader::procfs) {
        try {
            sock_diag();
            return {Reader::sock_diag, {}};
        } catch (const ReaderUnavailable& error) {
            if (reader == Reader::sock_diag)
                throw;
            reason = error.what();
        }
    }
    try {
        procfs();
    } catch (const ReaderUnavailable& error) {
        if (reason.empty())
            throw;
        throw ReaderUnavailable(
            fmt::format("cannot read this host's sockets: {}; and {}", reason, error.what()));
    }
    return {Reader::procfs, reason};
}

/// Whether sockets that are bound only are shown is found out by one of our own, for another that
/// looks bound may be a connection that has just ended; but if the kernel's counters leave no room
/// for such sockets, nothing can be hidden.
void read_tcp(const Wanted& wanted, Snapshot& snapshot)
{
    const net::PortRange range = snapshot.settings.range;
    const net::PortRange ports = wanted.ports.value_or(range);
    const bool wants_bound = wanted.tcp_states.contains(SocketState::bound);
    const std::size_t hidden =
        wants_bound ? kernel::most_hidden_sockets().value_or(ports.size()) : 0;
    std::optional<kernel::BoundSocketCanary> canary;
    if (hidden > 0)
        canary.emplace(range);
    const std::uint16_t canary_port = canary ? canary->port().value_or(0) : 0;

    const Query query = {ports, wanted.tcp_states, canary_port};
    bool shown = false;
    // Into each of its two readers: one copy for both would be handed sockets in memory.
    const auto take = [&](const Socket& socket) __attribute__((always_inline))
    {
        shown = shown || (socket.state == SocketState::bound &&
                          (canary_port == 0 || socket.local_port == canary_port));
        snapshot.add_tcp(socket);
    };
    snapshot.reading = read_by(
        wanted.reader, [&] { read_tcp_by_sock_diag(query, take); },
        [&] { read_tcp_by_procfs(query, take); });
    snapshot.hidden_at_most = shown ? 0 : std::min(hidden, ports.size());
}

void read_udp(const Wanted& wanted, Snapshot& snapshot)
{
    const net::PortRange ports = wanted.ports.value_or(snapshot.settings.range);
    const auto take = [&](const Socket& socket) { snapshot.add_udp(socket); };
    snapshot.reading = read_by(
        wanted.reader, [&] { read_udp_by_sock_diag(ports, take); },
        [&] { read_udp_by_procfs(ports, take); });
}

} // namespace

Snapshot take_snapshot(const kernel::PortSettings& settings, const Wanted& wanted)
{
    Snapshot snapshot(settings, wanted.ports);
    if (wanted.udp)
        read_udp(wanted, snapshot);
    if (wanted.tcp)
        read_tcp(wanted, snapshot);
    snapshot.connections.settle();
    return snapshot;
}

} // namespace sockets
