// Performance data as the guidelines define it: `'label'=value[UOM];[warn];[crit];[min];[max]`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/plugin/verdict.h"

namespace plugin {

struct Metric {
    std::string label;
    std::optional<double> value = {}; ///< none if it could not be measured, printed as `U`
    std::string unit = {};            ///< none, `%`, `s` (seconds), `B` (bytes) or `c` (a counter)
    std::string warning = {}; ///< a threshold range in the metric's unit; empty if there is none
    std::string critical = {};
    std::optional<double> minimum = {};
    std::optional<double> maximum = {};
    int decimals = 2; ///< how exact the value is: no form of output writes more of them
};

/// A number without thresholds: from 0 to `maximum`, if that is known.
Metric count_metric(std::string label, std::size_t value, std::optional<std::size_t> maximum = {});

/// `metric` with the thresholds that judge it.
Metric judged(Metric metric, const Thresholds& thresholds);

/// A percentage between 0 and 100 and the thresholds that judge it.
Metric percentage_metric(std::string label, double percentage, const Thresholds& thresholds = {});

/// Seconds are as exact as the clock that measured them: a search for a port takes one or two
/// microseconds, and cut to whole ones its graph would be a staircase.
constexpr int seconds_decimals = 9;

/// A time in seconds, exact to the nanosecond, and the thresholds that judge it.
Metric seconds_metric(std::string label, double seconds, const Thresholds& thresholds = {});

/// One metric in the guideline's grammar; unfilled fields at its end are left out.
std::string format_perfdata(const Metric& metric);

} // namespace plugin
