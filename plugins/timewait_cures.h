// What check_ephemeral_timewait says would help.
#pragma once

#include <optional>

#include "common/plugin/report.h"
#include "plugins/cures_text.h"
#include "plugins/timewait_situation.h"

namespace checks {

/// The figure that its cures are for.
[[nodiscard]] inline CuredFigure cured_time_wait()
{
    return {"room", "more may be in TIME_WAIT", "How many more connections could be in TIME_WAIT"};
}

/// Adds it to `report`, if it is not OK: how much room tcp_max_tw_buckets would leave to further
/// TIME_WAITs.
void tell_time_wait_cures(const TimeWaitCounts& counts, const std::optional<Makers>& makers,
                          plugin::Report& report);

} // namespace checks
