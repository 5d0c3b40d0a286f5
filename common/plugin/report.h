// What a check says, and how it is printed for a scheduler.
//
// The first line alone tells the story: it holds the service, the state, one sentence and all
// perfdata, because Icinga 2 misreads perfdata on later lines and old NRPE packets end at 1,023
// bytes. Long output follows. Nagios Core may cut at 4,096 bytes, so that is where we end too, at
// the end of a line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/plugin/perfdata.h"
#include "common/plugin/table.h"
#include "common/plugin/verdict.h"

namespace plugin {

struct Report {
    State state = State::unknown; ///< until something was judged: nothing measured is never OK
    bool is_judged = false;       ///< whether `state` is a verdict that the next can only worsen
    std::string sentence;
    std::vector<Metric> metrics;
    std::vector<Table> tables;        ///< the long output begins with these
    std::vector<std::string> details; ///< and goes on with these, a line each

    /// Judges the value of `metric`, makes `state` the worse of both, and appends the metric with
    /// its thresholds to `metrics`. The figure that is judged is the one that is printed. One that
    /// was not measured is UNKNOWN.
    Verdict judge(Metric metric, const Thresholds& thresholds);

    /// The same for a finding that is no metric.
    void judge(State finding);
};

/// The most that every scheduler passes on whole, in bytes.
constexpr std::size_t scheduler_limit = 4096;

/// The plugin output of `report` for `service` ("EPHEMERAL PORTS"), at most `limit` bytes long,
/// ended by a newline. `|` and control characters never get into its text.
std::string format_report(std::string_view service, const Report& report, std::size_t limit);

} // namespace plugin
