// The columns by which a row names its tuple: as people read it, and in parts for programs.
#pragma once

#include <vector>

#include "common/net/tuple.h"
#include "common/plugin/table.h"

namespace checks {

/// The columns of `own`, and behind them those of the tuple.
inline std::vector<plugin::Column> with_tuple_columns(std::vector<plugin::Column> own)
{
    using Align = plugin::Column::Align;
    own.insert(own.end(), {{"source", "from", Align::left},
                           {"destination", "to", Align::left},
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
