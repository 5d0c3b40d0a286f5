#include "plugins/live_owners.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace checks {
namespace {

using owners::OwnerName;

std::string tell(const OwnerShare& share)
{
    return fmt::format("{} {}", share.owner.text(), share.sockets);
}

} // namespace

std::string tell_owners(const RowOwners& shares)
{
    constexpr std::size_t most = 3;
    std::vector<std::string> told;
    for (std::size_t i = 0; i < std::min(shares.size(), most); ++i)
        told.push_back(tell(shares[i]));
    if (shares.size() > most) {
        std::size_t others = 0;
        for (std::size_t i = most; i < shares.size(); ++i)
            others += shares[i].sockets;
        told.push_back(fmt::format("{} others {}", shares.size() - most, others));
    }
    return fmt::format("{}", fmt::join(told, ", "));
}

RowOwners sort_owners(const std::map<OwnerName, std::size_t>& sockets)
{
    RowOwners row;
    row.reserve(sockets.size());
    for (const auto& [name, count] : sockets)
        row.push_back({name, count});
    std::ranges::stable_sort(row, std::greater(), &OwnerShare::sockets);
    return row;
}

plugin::Option who_option(bool& target, std::string_view besides)
{
    return plugin::switch_option(
        "who", {},
        fmt::format("name the owners of the live sockets even if the state is OK{}", besides),
        target);
}

LiveOwners name_owners(const sockets::Snapshot& snapshot,
                       const std::vector<ports::SocketsByOwner>& counted)
{
    std::set<sockets::Owner> owners;
    for (const ports::SocketsByOwner& row : counted) {
        for (const auto& [number, sockets] : row)
            owners.insert(snapshot.owners[number]);
    }
    if (owners.empty())
        return {};

    const owners::OwnerNames found = owners::find_owner_names(owners);
    LiveOwners live = {{}, found.obstacle};
    for (const ports::SocketsByOwner& row : counted) {
        std::map<OwnerName, std::size_t> by_name;
        for (const auto& [number, sockets] : row)
            by_name[found.names.at(snapshot.owners[number])] += sockets;
        live.rows.push_back(sort_owners(by_name));
    }
    return live;
}

plugin::Column owners_column()
{
    return plugin::sometimes({"live_owners", "live owners",
                              "Who has the live sockets, the first few; the table owners has all",
                              plugin::Kind::text});
}

plugin::Cell owners_cell(const LiveOwners& owners, std::size_t row)
{
    if (row >= owners.rows.size() || owners.rows[row].empty())
        return std::nullopt;
    return tell_owners(owners.rows[row]);
}

std::optional<OwnerShare> main_owner(const LiveOwners& owners, std::size_t row, std::size_t used)
{
    if (row >= owners.rows.size() || owners.rows[row].empty())
        return std::nullopt;
    const OwnerShare& first = owners.rows[row].front();
    return first.sockets > used / 2 ? std::optional(first) : std::nullopt;
}

std::vector<std::string> tell_limits(const LiveOwners& owners, std::size_t closed)
{
    std::vector<std::string> lines;
    if (owners.rows.empty())
        return lines;
    if (closed > 0)
        lines.emplace_back("TIME_WAIT has no owner any more: the live owners need not be those who "
                           "closed.");
    if (!owners.obstacle.empty())
        lines.push_back(fmt::format("Owners are named by their user (uid): {}.", owners.obstacle));
    return lines;
}

plugin::TableMeaning owners_table(std::vector<plugin::Column> row_columns)
{
    using plugin::Kind;
    std::vector<plugin::Column> columns = {
        {"kind", "", "pod, container, unit, cgroup, or user if the cgroup does not tell",
         Kind::text},
        {"owner", "", "Its name; a user's is the uid", Kind::text},
        {"programs", "", "The programs that run in it, separated by commas; empty if unknown",
         Kind::text},
        {"sockets", "", "Live sockets of the row that it has"}};
    for (plugin::Column& column : row_columns) {
        column.heading.clear();
        column.role = plugin::Column::Role::detail;
    }
    columns.insert(columns.end(), row_columns.begin(), row_columns.end());
    return {"owners",
            "Who has the live sockets of the rows, most first; empty if the state is OK and --who "
            "is not given",
            std::move(columns)};
}

void add_owner(const OwnerShare& share, std::vector<plugin::Cell> row_cells, plugin::Table& table)
{
    std::vector<plugin::Cell> row = {share.owner.kind, share.owner.name,
                                     fmt::format("{}", fmt::join(share.owner.programs, ", ")),
                                     share.sockets};
    row.insert(row.end(), std::make_move_iterator(row_cells.begin()),
               std::make_move_iterator(row_cells.end()));
    table.add_row(std::move(row));
}

} // namespace checks
