// What check_ephemeral_probe makes of its findings. Pure: no system call.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/plugin/perfdata.h"
#include "common/plugin/verdict.h"
#include "common/ports/bind_census.h"
#include "plugins/probe_finding.h"

namespace checks {

/// What bind() to another address than the wildcard has left of `range_size` ports, in place of
/// what was asked about the wildcard.
void conclude_bind(ProbeFinding& finding, const ports::BindUsage& usage, std::size_t range_size);

/// The worst first: those that get no port, those of which nothing is known, then those that
/// search longest.
void sort_worst_first(std::vector<ProbeFinding>& findings);

/// The longest search of each kind of call that was measured.
std::vector<plugin::Metric> probe_metrics(const std::vector<ProbeFinding>& findings,
                                          const plugin::Thresholds& thresholds);

struct ProbeVerdict {
    plugin::State state = plugin::State::ok;
    std::string reason; ///< the search time that is too long; empty if none is
};

/// CRITICAL if a call gets no port, even if another cannot be judged; but WARNING if it is a bind()
/// and nobody here binds. UNKNOWN if a call cannot be judged. Otherwise what the thresholds say of
/// the search times.
ProbeVerdict judge_probe(const std::vector<ProbeFinding>& findings,
                         const plugin::Thresholds& thresholds);

} // namespace checks
