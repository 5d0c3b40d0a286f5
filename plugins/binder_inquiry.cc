#include "plugins/binder_inquiry.h"

#include <algorithm>

#include "common/ports/held_ports.h"

namespace checks {

Binders inquire_binders(const sockets::Snapshot& snapshot, const ports::HiddenPorts& hidden,
                        kernel::Oracle& oracle)
{
    const bool is_shown =
        std::any_of(snapshot.tcp.begin(), snapshot.tcp.end(),
                    [](const auto& socket) { return socket.state == sockets::SocketState::bound; });
    if (is_shown || hidden.found.size() > 0)
        return Binders::some;
    try {
        if (oracle.held_among(ports::find_shown_as_held(snapshot).doubtful, 1).size() > 0)
            return Binders::some;
    } catch (const kernel::OracleUnavailable&) {
        return Binders::unknown;
    }
    return hidden.at_most > 0 ? Binders::unknown : Binders::none;
}

} // namespace checks
