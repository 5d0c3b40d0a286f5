// Who has the live sockets of the rows that a check lists: in the rows for people, in a table of
// their own for programs.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/owners/owner_name.h"
#include "common/plugin/meaning.h"
#include "common/plugin/options.h"
#include "common/plugin/table.h"
#include "common/ports/socket_owners.h"

namespace checks {

struct OwnerShare {
    owners::OwnerName owner;
    std::size_t sockets = 0;
};

/// Of one row, most sockets first.
using RowOwners = std::vector<OwnerShare>;

/// The owners of each row that was asked for; none if nobody asked.
struct LiveOwners {
    std::vector<RowOwners> rows;
    std::string obstacle; ///< why some are told by their user alone; empty if none is
};

/// Most sockets first.
RowOwners sort_owners(const std::map<owners::OwnerName, std::size_t>& sockets);

/// The option `--who`, and what it does `besides`.
plugin::Option who_option(bool& target, std::string_view besides = "");

/// "pool.service (python3) 900, web.service 40, 2 others 3": the first few.
std::string tell_owners(const RowOwners& shares);

/// `counted` has the numbers of `snapshot`.
LiveOwners name_owners(const sockets::Snapshot& snapshot,
                       const std::vector<ports::SocketsByOwner>& counted);

/// The column that tells them, for the table of rows.
plugin::Column owners_column();

/// "pool.service (python3) 50, churn.service (python3) 4"; the first few. Absent if there are none.
plugin::Cell owners_cell(const LiveOwners& owners, std::size_t row);

/// The owner of more than half of `used` ports; nothing if there is none, and so none either if
/// most are closed.
std::optional<OwnerShare> main_owner(const LiveOwners& owners, std::size_t row, std::size_t used);

/// What is to be said below the rows: `closed` of their connections have no owner any more.
std::vector<std::string> tell_limits(const LiveOwners& owners, std::size_t closed);

/// The table "owners". `row_columns` tell which row an owner belongs to.
plugin::TableMeaning owners_table(std::vector<plugin::Column> row_columns);
void add_owner(const OwnerShare& share, std::vector<plugin::Cell> row_cells, plugin::Table& table);

} // namespace checks
