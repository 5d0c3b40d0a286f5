// What check_ephemeral_probe says of its findings.
#pragma once

#include <string>
#include <vector>

#include "common/plugin/report.h"
#include "common/plugin/table.h"
#include "common/plugin/verdict.h"
#include "plugins/probe_finding.h"

namespace checks {

/// The whole report.
plugin::Report report_probe(std::vector<ProbeFinding> findings,
                            const plugin::Thresholds& thresholds);

/// One sentence on all `findings`, the worst first. `too_slow`: the verdict's reason, or empty.
std::string summarize(const std::vector<ProbeFinding>& findings, const std::string& too_slow);

plugin::Table make_probe_table(const std::vector<ProbeFinding>& findings);

/// What each error means, why a call cannot be judged, and that nobody here misses a bind().
std::vector<std::string> tell_remarks(const std::vector<ProbeFinding>& findings);

/// What helps if no port was given, or if the search took too long; empty if all is well.
std::string advise(const std::vector<ProbeFinding>& findings, bool too_slow);

} // namespace checks
