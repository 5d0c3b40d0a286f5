// The columns by which a row names its tuple: as people read it, and in parts for programs. What
// people read tells one tuple from another (a device is named with the destination), so these two
// are the labels of a row's series.
#pragma once

#include <vector>

#include "common/net/tuple.h"
#include "common/plugin/meaning.h"
#include "common/plugin/table.h"

namespace checks {

/// The columns of `own`, and behind them those of the tuple.
inline std::vector<plugin::Column> with_tuple_columns(std::vector<plugin::Column> own)
{
    using plugin::Kind;
    using Role = plugin::Column::Role;
    own.insert(own.end(),
               {{"source", "from", "Source address", Kind::text, Role::label},
                {"destination", "to", "Destination with its port, and device if any", Kind::text,
                 Role::label},
                {"destination_address", "", "The destination's address alone", Kind::text},
                {"destination_port", "", "The destination's port alone"},
                {"interface", "", "Index of the device that the sockets are bound to, or 0"}});
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
