#include "plugins/binds_owners.h"

#include <algorithm>
#include <iterator>

#include "plugins/binds_description.h"

namespace checks {

void find_binds_owners(const sockets::Snapshot& snapshot, std::size_t rows,
                       std::vector<BindsSituation>& situations)
{
    std::vector<ports::SocketsByOwner> counted;
    for (const BindsSituation& situation : situations) {
        std::vector<net::Address> addresses;
        for (const ports::BindUsage& usage : situation.by_address) {
            if (addresses.size() < rows)
                addresses.push_back(usage.address);
        }
        std::ranges::move(ports::count_bind_owners(snapshot, situation.protocol, addresses),
                          std::back_inserter(counted));
    }

    // At once, because the names cost a walk of the cgroup tree.
    const LiveOwners all = name_owners(snapshot, counted);
    auto next = all.rows.begin();
    for (BindsSituation& situation : situations) {
        const auto end =
            next + static_cast<std::ptrdiff_t>(
                       all.rows.empty() ? 0 : std::min(rows, situation.by_address.size()));
        situation.owners = {std::vector<RowOwners>(next, end), all.obstacle};
        next = end;
    }
}

plugin::Table binds_owners_rows(const std::vector<BindsSituation>& situations)
{
    plugin::Table table(binds_owners_table());
    for (const BindsSituation& situation : situations) {
        for (std::size_t i = 0; i < situation.owners.rows.size(); ++i) {
            for (const OwnerShare& share : situation.owners.rows[i])
                add_owner(share,
                          {name_of(situation.protocol), situation.by_address[i].address.text()},
                          table);
        }
    }
    return table;
}

std::optional<OwnerShare> main_binds_owner(const BindsSituation& situation)
{
    const auto wildcard = std::ranges::find(situation.by_address, situation.wildcard.address,
                                            &ports::BindUsage::address);
    return main_owner(situation.owners,
                      static_cast<std::size_t>(wildcard - situation.by_address.begin()),
                      situation.wildcard.used);
}

std::vector<std::string> tell_binds_limits(const std::vector<BindsSituation>& situations)
{
    std::vector<std::string> lines;
    for (const BindsSituation& situation : situations) {
        for (const std::string& line :
             tell_limits(situation.owners, situation.wildcard.time_wait)) {
            if (std::ranges::find(lines, line) == lines.end())
                lines.push_back(line);
        }
    }
    return lines;
}

} // namespace checks
