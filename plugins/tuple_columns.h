// The columns by which a row names its tuple: as people read it, and in parts for programs. What
// people read tells one tuple from another (a device is named with the destination), so these two
// are the labels of a row's series.
#pragma once

#include <vector>

#include "common/net/tuple.h"
#include "common/plugin/table.h"

namespace checks {

/// The columns of `own`, and behind them those of the tuple.
inline std::vector<plugin::Column> with_tuple_columns(std::vector<plugin::Column> own)
{
    using Align = plugin::Column::Align;
    using Role = plugin::Column::Role;
    own.insert(own.end(), {{"source", "from", Align::left, Role::label},
                           {"destination", "to", Align::left, Role::label},
                           {"destination_address", ""},
                           {"destination_port", ""},
                           {"interface", ""}});
    return own;
}

inline std::vector<plugin::Cell> with_tuple_cells(std::vector<plugin::Cell> own,
                                                  const net::Tuple& tuple)
{
    own.insert(own.end(), {tuple.source.text(), net::format_destination(tuple),
                           tuple.destination.text(), tuple.destination_port, tuple.device});
    return own;
}

} // namespace checks
