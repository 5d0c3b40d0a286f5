#include "common/ports/advice.h"

#include <algorithm>

#include <fmt/format.h>

namespace ports {

std::string advise(const TupleUsage& usage, std::size_t held, const kernel::PortSettings& settings)
{
    // Half of the built-in range: below it, the range is the first thing to mend.
    constexpr std::size_t small_range = 14116;
    const std::size_t time_wait = usage.time_wait - std::min(usage.time_wait, usage.reusable);

    if (held > usage.used / 2)
        return "Most of these ports are held from every destination: by listeners inside the "
               "range, or by programs that bind before they connect; those should set "
               "IP_BIND_ADDRESS_NO_PORT.";
    if (time_wait > usage.used / 2) {
        const bool could_reuse = settings.time_wait_reuse != kernel::TimeWaitReuse::everywhere;
        return fmt::format(
            "Most of these ports are in TIME_WAIT: this host closes its connections first. "
            "Keep-alive or a connection pool helps{}.",
            could_reuse ? "; so does net.ipv4.tcp_tw_reuse=1 if both ends use TCP timestamps" : "");
    }
    if (settings.usable().size() < small_range)
        return fmt::format(
            "The range is small: net.ipv4.ip_local_port_range is {} to {}; widen it.",
            settings.range.low, settings.range.high);
    if (usage.established + usage.other > usage.used / 2)
        return "Most of these ports carry open connections: share them in a pool, or use more "
               "source or destination addresses or ports.";
    return "Open connections, TIME_WAIT and held ports share these: widen the range, or use more "
           "source or destination addresses or ports.";
}

} // namespace ports
