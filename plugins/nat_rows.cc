#include "plugins/nat_rows.h"

#include <netinet/in.h>
#include <utility>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "plugins/nat_description.h"

namespace checks {
namespace {

using conntrack::NatUsage;

constexpr double percent = 100;

const char* name_of(std::uint8_t protocol)
{
    return protocol == IPPROTO_TCP ? "TCP" : "UDP";
}

/// "TCP 10.0.0.5:443", "TCP 10.0.0.5:443 in zone 7".
std::string destination_of(const conntrack::NatTuple& tuple)
{
    const std::string text =
        fmt::format("{} {}", name_of(tuple.protocol), tuple.destination.text());
    return tuple.zone == 0 ? text : fmt::format("{} in zone {}", text, tuple.zone);
}

std::vector<plugin::Cell> with_nat_cells(std::vector<plugin::Cell> own, const NatUsage& usage)
{
    own.insert(own.end(),
               {usage.tuple.source.text(), destination_of(usage.tuple), text_of(usage.range),
                name_of(usage.tuple.protocol), usage.tuple.destination.address.text(),
                usage.tuple.destination.port, usage.tuple.zone});
    return own;
}

} // namespace

std::string text_of(net::PortRange range)
{
    return fmt::format("{}-{}", range.low, range.high);
}

conntrack::RefusedShare refused_percentage(const NatUsage& usage, Eviction eviction)
{
    conntrack::RefusedShare share = usage.refused;
    if (eviction == Eviction::never)
        share.least = share.most;
    else if (eviction == Eviction::always)
        share.most = share.least;
    return {plugin::round_number(percent * share.least),
            plugin::round_number(percent * share.most)};
}

std::string tell_percentage(const conntrack::RefusedShare& refused)
{
    const std::string least = plugin::format_number(refused.least);
    const std::string most = plugin::format_number(refused.most);
    return least == most ? least + "%" : fmt::format("{} to {}%", least, most);
}

double projected_percentage(const NatUsage& usage)
{
    return plugin::round_number(percent * static_cast<double>(usage.projected) /
                                    static_cast<double>(usage.range.size()),
                                1);
}

std::string tell_tuple(const NatUsage& usage)
{
    return fmt::format("from {} to {}", usage.tuple.source.text(), destination_of(usage.tuple));
}

std::vector<plugin::Table> make_nat_tables(const std::vector<NatUsage>& rows, Eviction eviction)
{
    plugin::Table tuples(nat_table());
    plugin::Table clients(nat_clients_table());
    for (const NatUsage& usage : rows) {
        const conntrack::RefusedShare refused = refused_percentage(usage, eviction);
        const plugin::Cell most =
            refused.least < refused.most ? plugin::Cell(refused.most) : plugin::Cell(std::nullopt);
        tuples.add_row(with_nat_cells(
            {usage.used, usage.left(), plugin::percentage(usage.used, usage.range.size()),
             refused.least, most, projected_percentage(usage), usage.established, usage.time_wait,
             usage.other, plugin::Cell(usage.close_rate, 1), usage.clients},
            usage));
        for (const auto& [client, connections] : usage.worst_clients)
            clients.add_row(with_nat_cells({client.text(), connections}, usage));
    }
    return {std::move(tuples), std::move(clients)};
}

} // namespace checks
