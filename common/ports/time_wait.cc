#include "common/ports/time_wait.h"

#include <algorithm>

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
    : reuse_(settings.time_wait_reuse), delay_(settings.time_wait_reuse_delay), policy_(policy)
{
    // Whether a closed connection had timestamps is not in the dump; without the setting it had
    // none.
    if (!settings.timestamps || policy == TimeWaitPolicy::count)
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

} // namespace ports
