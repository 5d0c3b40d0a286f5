// `--output-format=openmetrics`: the metrics for Prometheus, in the OpenMetrics text format
// (https://prometheus.io/docs/specs/om/open_metrics_spec/), by its conventions: base units, a ratio
// from 0 to 1 rather than a percentage.
//
// node_exporter's textfile collector reads the older text format, so we write what both accept: no
// state set, no info, no time stamp. From a table come the columns that are marked as series, and
// no more rows than the report lists: nothing hurts Prometheus more than a series for each tuple
// that ever appears.
#pragma once

#include <string>
#include <string_view>

#include "common/plugin/description.h"
#include "common/plugin/report.h"

namespace plugin {

/// The version, the state, every metric that could be measured, as gauges and counters whose names
/// begin with the check's ("ephemeral_ports_left"), and the series of the tables
/// ("ephemeral_ports_tuple_left"), ended by `# EOF`.
///
/// Rows stand worst first. If two have the same labels, which Prometheus would refuse together with
/// all the rest, the first speaks for both.
std::string format_openmetrics(const Description& description, const Report& report);

/// What its samples are called there: "ephemeral_ports_usage_ratio" of `usage` in percent, and
/// "ephemeral_ports_tuple_left" of the series "tuple_left".
std::string openmetrics_name(const Description& description, const std::string& label,
                             std::string_view unit);

} // namespace plugin
