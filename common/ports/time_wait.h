// TIME_WAIT, and when connect() takes one over instead of passing its port by.
//
// A closed connection keeps its tuple and port for 60 seconds (TCP_TIMEWAIT_LEN). tcp_twsk_unique()
// lets a new connection of the same tuple take it over if tcp_tw_reuse is 1, or is 2 and one end
// is loopback, if the connection had TCP timestamps, and if the TIME_WAIT is older than
// tcp_tw_reuse_delay. Such a port is not lost. bind() never takes anything over.
//
// Whether a connection had timestamps is not in the dump. On loopback this host is both ends, and
// its own setting tells. Towards another host it has to be proved, by asking about a TIME_WAIT.
// Some kernels take over a FIN_WAIT2 of the same table as well, others do not; that has to be
// proved, too.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "common/kernel/port_settings.h"
#include "common/net/tuple.h"
#include "common/sockets/connections.h"

namespace ports {

constexpr std::chrono::milliseconds time_wait_length = std::chrono::seconds(60);

/// Whether connect() takes over TIME_WAITs of a tuple once they are old enough.
enum class Reuse : std::uint8_t { never, unproven, certain };

/// How TIME_WAITs are looked at.
enum class TimeWaitPolicy {
    kernel_rule, ///< as connect() does
    count,       ///< as if none could be taken over
    ignore       ///< as if all could
};

class TimeWaitRule {
public:
    TimeWaitRule(const kernel::PortSettings& settings, TimeWaitPolicy policy);

    [[nodiscard]] Reuse of(const net::Tuple& tuple) const
    {
        return elsewhere_ == on_loopback_ || !tuple.is_loopback() ? elsewhere_ : on_loopback_;
    }

    /// The age from which a TIME_WAIT is taken over, if it is at all.
    [[nodiscard]] std::chrono::milliseconds delay() const { return delay_; }

private:
    Reuse on_loopback_ = Reuse::never;
    Reuse elsewhere_ = Reuse::never;
    std::chrono::milliseconds delay_;
};

/// How long ago a connection in TIME_WAIT with `left` of its time was closed. At least zero: the
/// clock of the kernel's timers is coarse.
constexpr std::chrono::milliseconds time_wait_age(std::chrono::milliseconds left)
{
    return std::max(time_wait_length - left, std::chrono::milliseconds(0));
}

/// What reuse means on this host, in one line for an administrator.
std::string explain_reuse(const kernel::PortSettings& settings);

} // namespace ports
