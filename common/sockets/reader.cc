#include "common/sockets/reader.h"

#include <fmt/format.h>

#include "common/kernel/version.h"
#include "common/sockets/procfs.h"
#include "common/sockets/sock_diag.h"

namespace sockets {

Reading read_tcp_sockets(Reader reader, const Query& query, const SocketSink& sink)
{
    std::string reason;
    if (reader != Reader::procfs) {
        try {
            read_tcp_by_sock_diag(query, sink);
            return {Reader::sock_diag, {}, kernel::is_at_least({6, 8})};
        } catch (const ReaderUnavailable& error) {
            if (reader == Reader::sock_diag)
                throw;
            reason = error.what();
        }
    }
    try {
        read_tcp_by_procfs(query, sink);
    } catch (const ReaderUnavailable& error) {
        if (reason.empty())
            throw;
        throw ReaderUnavailable(
            fmt::format("cannot read this host's sockets: {}; and {}", reason, error.what()));
    }
    return {Reader::procfs, reason, false};
}

} // namespace sockets
