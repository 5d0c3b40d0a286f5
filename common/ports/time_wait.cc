#include "common/ports/time_wait.h"

#include <algorithm>

#include <fmt/format.h>

namespace ports {
namespace {

constexpr std::uint32_t loopback_interface = 1; // LOOPBACK_IFINDEX

bool is_loopback(const sockets::Socket& socket)
{
    return socket.device == loopback_interface || socket.local_address.is_loopback() ||
           socket.remote_address.is_loopback();
}

} // namespace

TimeWaitRule::TimeWaitRule(const kernel::PortSettings& settings, TimeWaitPolicy policy)
    : reuse_(settings.time_wait_reuse.value_or(kernel::TimeWaitReuse::never)),
      delay_(settings.time_wait_reuse_delay), policy_(policy)
{
    // Whether a closed connection had timestamps is not in the dump; without the setting it had
    // none.
    if (!settings.timestamps.value_or(false) || policy == TimeWaitPolicy::count)
        reuse_ = kernel::TimeWaitReuse::never;
}

bool TimeWaitRule::allows(const sockets::Socket& socket) const
{
    return reuse_ == kernel::TimeWaitReuse::everywhere || is_loopback(socket);
}

std::chrono::milliseconds time_wait_age(const sockets::Socket& socket)
{
    const std::chrono::milliseconds left = socket.expires_in.value_or(std::chrono::milliseconds(0));
    return std::max(time_wait_length - left, std::chrono::milliseconds(0));
}

std::string explain_reuse(const kernel::PortSettings& settings)
{
    if (!settings.time_wait_reuse)
        return "tcp_tw_reuse is missing or unknown here: every port in TIME_WAIT is counted as "
               "used.";
    const int reuse = static_cast<int>(*settings.time_wait_reuse);
    const auto delay = std::chrono::duration<double>(settings.time_wait_reuse_delay).count();
    if (settings.time_wait_reuse == kernel::TimeWaitReuse::never)
        return "tcp_tw_reuse is 0: connect() passes by a port in TIME_WAIT until its 60 s are "
               "over.";
    if (!settings.timestamps.value_or(false))
        return fmt::format("tcp_tw_reuse is {}, but tcp_timestamps is 0: connect() passes by a "
                           "port in TIME_WAIT until its 60 s are over.",
                           reuse);
    if (settings.time_wait_reuse == kernel::TimeWaitReuse::everywhere)
        return fmt::format("tcp_tw_reuse is 1: connect() takes over the port of a TIME_WAIT that "
                           "is older than {} s, where both ends had TCP timestamps; bind() never "
                           "does.",
                           delay);
    return fmt::format("tcp_tw_reuse is 2: on loopback, connect() takes over the port of a "
                       "TIME_WAIT that is older than {} s; towards other hosts it passes it by "
                       "until its 60 s are over.",
                       delay);
}

} // namespace ports
