// What check_ephemeral_range says would help.
#pragma once

#include "common/plugin/report.h"
#include "common/sockets/snapshot.h"
#include "plugins/cures_text.h"
#include "plugins/range_situation.h"

namespace checks {

/// The figure that its cures are for.
[[nodiscard]] inline CuredFigure cured_range()
{
    return {"range_size", "usable ports", "Ports that would be usable"};
}

/// Adds it to `report`, which is of `situation`, if that is not OK. `snapshot` is what the services
/// were found in.
void tell_range_cures(const sockets::Snapshot& snapshot, const RangeSituation& situation,
                      const RangeJudgement& judgement, plugin::Report& report);

} // namespace checks
