// What check_ephemeral_ports says.
#pragma once

#include <string>
#include <vector>

#include "common/plugin/report.h"
#include "plugins/in_doubt_option.h"
#include "plugins/ports_situation.h"

namespace checks {

/// What the user asked for.
struct PortsJudgement {
    plugin::Thresholds usage;
    plugin::Thresholds projected;
    InDoubt in_doubt = InDoubt::left;
};

/// State, sentence, perfdata and table; no details yet.
plugin::Report report_ports(const PortsSituation& situation, const PortsJudgement& judgement);

/// What is in doubt, why, and which end is judged; nothing if nothing is in doubt. `held_doubt`: of
/// the held ports, as tell_doubt() has it.
std::vector<std::string> tell_doubts(const PortsSituation& situation, const std::string& held_doubt,
                                     InDoubt in_doubt);

} // namespace checks
