// What check_ephemeral_ports says would help the tuple that raised the alarm.
#pragma once

#include "common/plugin/report.h"
#include "common/ports/census.h"
#include "common/sockets/snapshot.h"
#include "plugins/cures_text.h"
#include "plugins/ports_report.h"
#include "plugins/ports_situation.h"

namespace checks {

[[nodiscard]] inline CuredFigure cured_ports()
{
    return {"left", "left", "Ports that connect() would have left for the tuple", true};
}

/// Adds it to `report`, which is of `situation`, if it is not OK. `snapshot` is what `census` was
/// made from.
void tell_ports_cures(const sockets::Snapshot& snapshot, const ports::Census& census,
                      const PortsSituation& situation, const PortsJudgement& judgement,
                      plugin::Report& report);

} // namespace checks
