#include "plugins/ports_situation.h"

#include <algorithm>
#include <cmath>

#include "common/plugin/number.h"

namespace checks {
namespace {

using ports::Census;
using ports::TupleUsage;

std::vector<sockets::TupleNumber> numbers_of(const std::vector<TupleUsage>& tuples)
{
    std::vector<sockets::TupleNumber> numbers;
    numbers.reserve(tuples.size());
    for (const TupleUsage& usage : tuples)
        numbers.push_back(usage.number);
    return numbers;
}

/// From here on the figures of these tuples are counted one by one, and are exact to the socket.
ports::ConnectionsByTuple count_closely(const sockets::Snapshot& snapshot, Census& census,
                                        const std::vector<TupleUsage>& tuples)
{
    ports::ConnectionsByTuple connections = ports::pick_tuples(snapshot, numbers_of(tuples));
    census.recount(connections);
    return connections;
}

} // namespace

bool PortsSituation::has_doubt() const
{
    const auto is_doubtful = [](const TupleUsage& usage) {
        return !usage.is_exact() || usage.projected != usage.projected_most;
    };
    return is_doubtful(worst) || is_doubtful(worst_projected) ||
           std::any_of(rows.begin(), rows.end(), is_doubtful);
}

std::size_t PortsSituation::left(const TupleUsage& usage) const
{
    return range_size - std::min(range_size, usage.used);
}

std::size_t PortsSituation::left_least(const TupleUsage& usage) const
{
    return range_size - std::min(range_size, usage.used_most);
}

std::vector<net::Tuple> PortsSituation::tuples() const
{
    std::vector<net::Tuple> tuples;
    tuples.reserve(rows.size());
    for (const TupleUsage& row : rows)
        tuples.push_back(row.tuple);
    return tuples;
}

std::vector<sockets::TupleNumber> PortsSituation::tuple_numbers() const
{
    return numbers_of(rows);
}

void PortsSituation::keep_connections_of_worst()
{
    std::erase_if(connections, [&](const auto& of_tuple) {
        return of_tuple.first != worst.number && of_tuple.first != worst_projected.number;
    });
}

double projected_percentage(std::size_t projected, std::size_t range_size)
{
    constexpr double thousandths = 1000;
    if (projected <= range_size || range_size == 0)
        return plugin::percentage(projected, range_size);
    return std::round(thousandths * static_cast<double>(projected) /
                      static_cast<double>(range_size)) /
           10;
}

PortsSituation assess_ports(const sockets::Snapshot& snapshot, Census& census,
                            std::size_t most_rows, InDoubt in_doubt)
{
    constexpr std::size_t most_endangered = 16;
    const bool careful = in_doubt == InDoubt::used;
    const auto worst_first = careful ? ports::may_have_fewer_left : ports::has_fewer_left;
    const auto most_first = careful ? ports::may_head_for_more : ports::heads_for_more;

    PortsSituation situation;
    situation.range_size = census.range_size();
    situation.held = census.held();
    situation.total = census.total();
    situation.worst = situation.worst_projected = census.new_tuple();
    if (situation.total.tuples == 0)
        return situation;

    const auto selected = census.select({{std::max<std::size_t>(most_rows, 1), worst_first},
                                         {1, most_first},
                                         {most_endangered, ports::may_run_out_earlier}});
    std::vector<TupleUsage> rows = selected[0];
    const TupleUsage& heading = selected[1].front();
    const bool listed = std::any_of(rows.begin(), rows.end(), [&](const TupleUsage& row) {
        return row.number == heading.number;
    });
    if (!listed)
        rows.push_back(heading);

    std::vector<TupleUsage> endangered = selected[2];
    std::erase_if(endangered,
                  [&](const TupleUsage& usage) { return usage.highest < situation.range_size; });
    std::vector<TupleUsage> all = rows;
    all.insert(all.end(), endangered.begin(), endangered.end());
    situation.connections = count_closely(snapshot, census, all);

    for (TupleUsage& row : rows)
        row = census.usage(row.number);
    situation.worst_projected = census.usage(heading.number);
    std::sort(rows.begin(), listed ? rows.end() : rows.end() - 1, worst_first);
    situation.worst = rows.front();
    situation.forecast = forecast(census, endangered, situation.connections);
    if (most_rows > 0)
        situation.rows = std::move(rows);
    return situation;
}

} // namespace checks
