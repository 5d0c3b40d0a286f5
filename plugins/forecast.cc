#include "plugins/forecast.h"

#include <vector>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/ports/history.h"

std::optional<Forecast> forecast(const ports::Census& census, const kernel::PortSettings& settings,
                                 ports::TimeWaitPolicy policy, sockets::Reader reader)
{
    constexpr std::size_t most_tuples = 16;
    std::vector<ports::Tuple> tuples;
    for (const ports::TupleUsage& usage : census.endangered(most_tuples))
        tuples.push_back(usage.tuple);
    if (tuples.empty())
        return std::nullopt;

    ports::Histories histories(settings, policy, census.held(), tuples);
    sockets::read_tcp_sockets(
        reader, {settings.range, sockets::port_keeping_states, histories.destination_ports()},
        [&](const sockets::Socket& socket) { histories.add(socket); });

    std::optional<Forecast> first;
    const std::size_t ports = census.range_size() - census.held().size();
    for (const ports::Tuple& tuple : tuples) {
        const ports::History& history = histories.of(tuple);
        const auto gone_in = history.gone_in(ports);
        const bool to_come = gone_in && gone_in->count() > 0;
        if (to_come && (!first || *gone_in < first->gone_in))
            first = Forecast{tuple, history.rate(), *gone_in};
    }
    return first;
}

std::string tell(const Forecast& forecast)
{
    constexpr double many = 10; // closes a second, above which decimals say nothing
    return fmt::format("at the present {} closes/s to {} its ports are gone in {} s",
                       plugin::format_number(forecast.rate, forecast.rate < many ? 1 : 0),
                       ports::format_destination(forecast.tuple),
                       plugin::format_number(forecast.gone_in.count(), 0));
}
