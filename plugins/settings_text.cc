#include "plugins/settings_text.h"

#include <optional>

#include <fmt/format.h>

namespace checks {

std::string tell_range(const kernel::PortSettings& settings)
{
    return fmt::format("ip_local_port_range {} to {}, {} usable.", settings.range.low,
                       settings.range.high, settings.usable().size());
}

std::string tell_settings(const kernel::PortSettings& settings)
{
    const std::optional<kernel::TimeWaitReuse> reuse = settings.time_wait_reuse;
    const std::optional<bool> timestamps = settings.timestamps;
    return fmt::format("{} tcp_tw_reuse {}, tcp_tw_reuse_delay {} ms, tcp_timestamps {}.",
                       tell_range(settings),
                       reuse ? std::to_string(static_cast<int>(*reuse)) : "unknown",
                       settings.time_wait_reuse_delay.count(),
                       !timestamps   ? "unknown"
                       : *timestamps ? "on"
                                     : "off");
}

} // namespace checks
