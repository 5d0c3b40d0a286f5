#include "common/ports/time_wait.h"

#include <optional>

#include <fmt/format.h>

namespace ports {
namespace {

using kernel::TimeWaitReuse;

/// What the setting allows to a tuple, if it is a loopback one or not; timestamps left aside.
Reuse allowed(std::optional<TimeWaitReuse> setting, bool loopback)
{
    if (!setting)
        return Reuse::unproven;
    const bool reuses =
        *setting == TimeWaitReuse::everywhere || (*setting == TimeWaitReuse::loopback && loopback);
    return reuses ? Reuse::certain : Reuse::never;
}

} // namespace

TimeWaitRule::TimeWaitRule(const kernel::PortSettings& settings, TimeWaitPolicy policy)
    : delay_(settings.time_wait_reuse_delay)
{
    switch (policy) {
    case TimeWaitPolicy::count:
        return;
    case TimeWaitPolicy::ignore:
        on_loopback_ = elsewhere_ = Reuse::certain;
        delay_ = std::chrono::milliseconds(0);
        return;
    case TimeWaitPolicy::kernel_rule:
        break;
    }
    on_loopback_ = allowed(settings.time_wait_reuse, true);
    elsewhere_ = allowed(settings.time_wait_reuse, false);
    // If they are off now, they may have been on when the connection was made.
    if (settings.timestamps != true && on_loopback_ == Reuse::certain)
        on_loopback_ = Reuse::unproven;
    if (elsewhere_ == Reuse::certain)
        elsewhere_ = Reuse::unproven;
}

std::string explain_reuse(const kernel::PortSettings& settings)
{
    const std::optional<TimeWaitReuse> reuse = settings.time_wait_reuse;
    const std::optional<bool> timestamps = settings.timestamps;
    const auto delay = std::chrono::duration<double>(settings.time_wait_reuse_delay).count();
    constexpr const char* passed_by =
        "connect() skips a port in TIME_WAIT until its 60 s are over.";
    if (reuse == TimeWaitReuse::never)
        return fmt::format("tcp_tw_reuse is 0: {}", passed_by);
    if (timestamps == false)
        return fmt::format("tcp_timestamps is 0: connect() skips the port of a TIME_WAIT until "
                           "its 60 s are over, unless TCP timestamps were on when it was made.");
    if (!reuse)
        return "tcp_tw_reuse is not known here: connect() may take over the port of a TIME_WAIT, "
               "or skip it until its 60 s are over.";
    if (*reuse == TimeWaitReuse::everywhere)
        return fmt::format("tcp_tw_reuse is 1: connect() takes over the port of a TIME_WAIT that "
                           "is older than {} s, if both ends had TCP timestamps; bind() never "
                           "does.",
                           delay);
    return fmt::format(
        "tcp_tw_reuse is 2: on loopback, connect() takes over the port of a TIME_WAIT that is "
        "older than {} s; towards other hosts it skips the port until its 60 s are over.",
        delay);
}

} // namespace ports
