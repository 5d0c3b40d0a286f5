// `--output-format=openmetrics`: the metrics for Prometheus, in the OpenMetrics text format
// (https://prometheus.io/docs/specs/om/open_metrics_spec/), by its conventions: base units, a ratio
// from 0 to 1 rather than a percentage.
//
// node_exporter's textfile collector reads the older text format, so we write what both accept: no
// state set, no time stamp. Tables stay out, because a series for each tuple that ever comes by is
// what Prometheus bears worst.
#pragma once

#include <string>

#include "common/plugin/description.h"
#include "common/plugin/report.h"

namespace plugin {

/// The state and every metric that could be measured, as gauges and counters whose names begin with
/// the check's ("ephemeral_ports_left"), ended by `# EOF`.
std::string format_openmetrics(const Description& description, const Report& report);

} // namespace plugin
