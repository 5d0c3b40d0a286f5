// A closed connection that the kernel keeps in its table for a known time, and so how long ago it
// was closed.
//
// It is a TIME_WAIT, or a FIN_WAIT2 that no program holds (tcp_time_wait() makes both the same
// small socket). A TIME_WAIT lasts 60 s, such a FIN_WAIT2 tcp_fin_timeout, unless the program asked
// for another time (TCP_LINGER2): then it can have more time left than tcp_fin_timeout, and its age
// is not known. It is counted as recent once, when what is left falls below that. One with a
// shorter time looks older than it is, and is missing from the recent ones.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

#include "common/kernel/port_settings.h"
#include "common/ports/time_wait.h"
#include "common/sockets/connections.h"

namespace ports {

/// There may be a million, so it is plain numbers: with an optional age in it a census took twice
/// as long.
struct Closing {
    bool is_time_wait = false;
    std::chrono::milliseconds age{};  ///< since the close, or unknown_age
    std::chrono::milliseconds left{}; ///< until the kernel forgets it

    static constexpr std::chrono::milliseconds unknown_age{-1};

    [[nodiscard]] bool has_age() const { return age != unknown_age; }
};

/// Nothing if `connection` lives.
inline std::optional<Closing> find_closing(const sockets::Connection& connection,
                                           const kernel::PortSettings& settings)
{
    const auto left = connection.expires_in();
    if (!left)
        return std::nullopt;
    if (connection.state() == sockets::SocketState::time_wait)
        return Closing{true, time_wait_age(*left), *left};
    const auto length =
        std::min<std::chrono::milliseconds>(settings.fin_wait2_length, time_wait_length);
    if (*left > length)
        return Closing{false, Closing::unknown_age, *left};
    return Closing{false, length - *left, *left};
}

} // namespace ports
