// What check_ephemeral_binds says would help.
#pragma once

#include <vector>

#include "common/plugin/report.h"
#include "common/ports/bind_census.h"
#include "common/sockets/snapshot.h"
#include "plugins/binds_situation.h"
#include "plugins/cures_text.h"

namespace checks {

[[nodiscard]] inline CuredFigure cured_binds()
{
    return {"left", "left",
            "Ports that would be left, of the protocol that the sentence names first"};
}

/// Adds it to `report`, which is of `situations`, if it is not OK. `censuses`: one of each
/// situation, made from `snapshot` and `hidden`.
void tell_binds_cures(const sockets::Snapshot& snapshot,
                      const std::vector<ports::BindCensus>& censuses,
                      const ports::HiddenPorts& hidden,
                      const std::vector<BindsSituation>& situations,
                      const BindsJudgement& judgement, plugin::Report& report);

} // namespace checks
