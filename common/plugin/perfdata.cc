#include "common/plugin/perfdata.h"

#include <cmath>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "common/plugin/number.h"

namespace plugin {
namespace {

/// A label needs quotes if it holds a space, and doubles each quote of its own; it cannot hold
/// `=`.
std::string format_label(const std::string& label)
{
    if (label.empty() || label.find('=') != std::string::npos)
        throw std::logic_error("a perfdata label is neither empty nor holds '=': " + label);
    if (label.find_first_of(" '") == std::string::npos)
        return label;
    std::string quoted = "'";
    for (const char character : label)
        quoted.append(character == '\'' ? 2 : 1, character);
    return quoted + "'";
}

/// `U` says that there is no value; no other word may stand in place of a number.
std::string format_value(const Metric& metric)
{
    if (!metric.value || !std::isfinite(*metric.value))
        return "U";
    return format_number(*metric.value, metric.decimals) + metric.unit;
}

std::string format_optional(const std::optional<double>& number, int decimals)
{
    return number ? format_number(*number, decimals) : "";
}

} // namespace

Metric count_metric(std::string label, std::size_t value, std::optional<std::size_t> maximum)
{
    Metric metric;
    metric.label = std::move(label);
    metric.value = static_cast<double>(value);
    if (maximum) {
        metric.minimum = 0;
        metric.maximum = static_cast<double>(*maximum);
    }
    return metric;
}

Metric judged(Metric metric, const Thresholds& thresholds)
{
    metric.warning = thresholds.warning ? thresholds.warning->text() : "";
    metric.critical = thresholds.critical ? thresholds.critical->text() : "";
    return metric;
}

Metric percentage_metric(std::string label, double percentage, const Thresholds& thresholds)
{
    constexpr double full = 100;
    Metric metric;
    metric.label = std::move(label);
    metric.value = percentage;
    metric.unit = "%";
    metric.minimum = 0;
    metric.maximum = full;
    return judged(std::move(metric), thresholds);
}

Metric seconds_metric(std::string label, double seconds, const Thresholds& thresholds)
{
    Metric metric;
    metric.label = std::move(label);
    metric.value = seconds;
    metric.unit = "s";
    metric.minimum = 0;
    metric.decimals = seconds_decimals;
    return judged(std::move(metric), thresholds);
}

std::string format_perfdata(const Metric& metric)
{
    std::string text = fmt::format("{}={};{};{};{};{}", format_label(metric.label),
                                   format_value(metric), metric.warning, metric.critical,
                                   format_optional(metric.minimum, metric.decimals),
                                   format_optional(metric.maximum, metric.decimals));
    text.erase(text.find_last_not_of(';') + 1);
    return text;
}

} // namespace plugin
