#include "plugins/forecast.h"

#include <fmt/format.h>

#include "common/plugin/number.h"

namespace checks {

std::optional<Forecast> forecast(const ports::Census& census,
                                 const std::vector<ports::TupleUsage>& tuples,
                                 const ports::ConnectionsByTuple& connections)
{
    std::optional<Forecast> first;
    for (const ports::TupleUsage& tuple : tuples) {
        const ports::TupleUsage usage = census.usage(tuple.number);
        if (!usage.is_exact() || usage.used >= census.range_size())
            continue;
        const ports::History history = census.history(usage, connections.at(tuple.number));
        if (!history.is_lasting())
            continue;
        const auto gone_in = history.gone_in(census.range_size() - usage.used);
        if (gone_in && (!first || *gone_in < first->gone_in))
            first = Forecast{usage.tuple, history.rate(), *gone_in};
    }
    return first;
}

std::string tell(const Forecast& forecast, const std::string& to)
{
    constexpr double many = 10; // closes a second, above which decimals say nothing
    return fmt::format("gone in {} s{} at the present {} closes/s",
                       plugin::format_number(forecast.gone_in.count(), 0), to,
                       plugin::format_number(forecast.rate, forecast.rate < many ? 1 : 0));
}

} // namespace checks
