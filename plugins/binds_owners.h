// Who has the sockets on the ports that a bind() misses.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/plugin/table.h"
#include "plugins/binds_situation.h"
#include "plugins/live_owners.h"

namespace checks {

/// Looks for the owners of the first `rows` addresses of each protocol.
void find_binds_owners(const sockets::Snapshot& snapshot, std::size_t rows,
                       std::vector<BindsSituation>& situations);

/// The table "owners".
plugin::Table binds_owners_rows(const std::vector<BindsSituation>& situations);

/// Who has more than half of the ports that the wildcard, which is judged, misses.
std::optional<OwnerShare> main_binds_owner(const BindsSituation& situation);

/// What is to be said below the rows, of both protocols once.
std::vector<std::string> tell_binds_limits(const std::vector<BindsSituation>& situations);

} // namespace checks
