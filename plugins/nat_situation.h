// What check_ephemeral_nat found, and what it says: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/conntrack/nat_census.h"
#include "common/kernel/conntrack_counters.h"
#include "common/kernel/privileges.h"
#include "common/plugin/report.h"
#include "plugins/if_refused_option.h"
#include "plugins/nat_rows.h"

namespace checks {

struct NatJudgement {
    plugin::Thresholds usage;
    plugin::Thresholds refused;
    plugin::Thresholds table;
    Eviction eviction = Eviction::unknown;
    IfRefused if_refused = IfRefused::unknown;
    std::size_t rows = 5;
};

/// What the entries tell.
struct NatTuples {
    std::vector<conntrack::NatUsage> rows; ///< the worst first; empty if NAT changed no source
    std::size_t tuples = 0;                ///< of NAT, that the options select
    std::size_t all = 0;                   ///< of NAT
};

struct NatSituation {
    kernel::ConntrackCounters counters;
    std::optional<net::PortRange> rule = {}; ///< the rule's range; nothing for the kernel's own
    std::optional<NatTuples> found = {};     ///< nothing if the entries could not be read
    std::string obstacle = {};               ///< why not
    kernel::Privilege privilege = kernel::Privilege::held;

    [[nodiscard]] net::PortRange range() const
    {
        return rule.value_or(conntrack::default_range(conntrack::OriginalPorts::others));
    }
};

plugin::Report report_nat(const NatSituation& situation, const NatJudgement& judgement);

/// Of a host that tracks no connections.
plugin::Report report_no_tracking();

} // namespace checks
