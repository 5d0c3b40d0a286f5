#include "common/plugin/verdict.h"

#include <array>
#include <cstddef>

namespace plugin {

std::string_view name(State state)
{
    constexpr std::array<std::string_view, 4> names = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    return names.at(static_cast<std::size_t>(state));
}

State worse(State one, State other)
{
    constexpr std::array<int, 4> urgency = {0, 1, 3, 2};
    const auto urgency_of = [&](State state) {
        return urgency.at(static_cast<std::size_t>(state));
    };
    return urgency_of(one) >= urgency_of(other) ? one : other;
}

Verdict judge(double value, const Thresholds& thresholds, std::string_view unit)
{
    if (thresholds.critical && thresholds.critical->alerts(value))
        return {State::critical, thresholds.critical->compare(value, unit), {}};
    if (thresholds.warning && thresholds.warning->alerts(value))
        return {State::warning, thresholds.warning->compare(value, unit), {}};
    return {};
}

bool is_verdict_certain(double from, double to, const Thresholds& thresholds)
{
    const auto is_constant = [&](const std::optional<Range>& range) {
        return !range || range->is_constant(from, to);
    };
    return is_constant(thresholds.warning) && is_constant(thresholds.critical);
}

} // namespace plugin
