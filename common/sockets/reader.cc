#include "common/sockets/reader.h"

#include <functional>

#include <fmt/format.h>

#include "common/kernel/version.h"
#include "common/sockets/procfs.h"
#include "common/sockets/sock_diag.h"

namespace sockets {
namespace {

/// Reads in one of two ways, the second where the first is closed.
Reading read_by(Reader reader, const std::function<void()>& sock_diag,
                const std::function<void()>& procfs)
{
    std::string reason;
    if (reader != Reader::procfs) {
        try {
            sock_diag();
            return {Reader::sock_diag, {}, kernel::is_at_least({6, 8})};
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
    return {Reader::procfs, reason, false};
}

} // namespace

Reading read_tcp_sockets(Reader reader, const Query& query, const SocketSink& sink)
{
    return read_by(
        reader, [&] { read_tcp_by_sock_diag(query, sink); },
        [&] { read_tcp_by_procfs(query, sink); });
}

Reading read_udp_sockets(Reader reader, net::PortRange local_ports, const SocketSink& sink)
{
    return read_by(
        reader, [&] { read_udp_by_sock_diag(local_ports, sink); },
        [&] { read_udp_by_procfs(local_ports, sink); });
}

} // namespace sockets
