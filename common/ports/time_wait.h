// TIME_WAIT, and when connect() takes one over instead of passing its port by.
//
// A closed connection keeps its tuple and port for 60 seconds (TCP_TIMEWAIT_LEN). tcp_twsk_unique()
// lets a new connection of the same tuple take it over where tcp_tw_reuse is 1, or is 2 and one end
// is loopback, the connection had TCP timestamps, and the TIME_WAIT is older than
// tcp_tw_reuse_delay. Such a port is not lost. A FIN_WAIT2 in the same table is never taken over,
// and bind() never takes anything over.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/kernel/port_settings.h"
#include "common/sockets/socket.h"

namespace ports {

constexpr std::chrono::milliseconds time_wait_length = std::chrono::seconds(60);

/// How long ago the connection was closed. At least zero: the clock of the kernel's timers is
/// coarse.
std::chrono::milliseconds time_wait_age(const sockets::Socket& socket);

/// What reuse means on this host, in one line for an administrator.
std::string explain_reuse(const kernel::PortSettings& settings);

/// How TIME_WAITs are looked at.
enum class TimeWaitPolicy {
    kernel_rule, ///< as connect() does
    count,       ///< as if none could be taken over
    ignore       ///< as if all could
};

class TimeWaitRule {
public:
    TimeWaitRule(const kernel::PortSettings& settings, TimeWaitPolicy policy);

    /// The age from which connect() takes over this socket, where its port is not held; nothing
    /// where it never does.
    [[nodiscard]] std::optional<std::chrono::milliseconds>
    reusable_from(const sockets::Socket& socket) const
    {
        if (socket.state != sockets::SocketState::time_wait)
            return std::nullopt;
        if (policy_ == TimeWaitPolicy::ignore)
            return std::chrono::milliseconds(0);
        if (reuse_ == kernel::TimeWaitReuse::never || !allows(socket))
            return std::nullopt;
        return delay_;
    }

    /// Whether connect() would take over this socket now.
    [[nodiscard]] bool is_reusable(const sockets::Socket& socket) const
    {
        const auto age = reusable_from(socket);
        return age && time_wait_age(socket) >= *age;
    }

private:
    [[nodiscard]] bool allows(const sockets::Socket& socket) const;

    kernel::TimeWaitReuse reuse_;
    std::chrono::milliseconds delay_;
    TimeWaitPolicy policy_;
};

} // namespace ports
