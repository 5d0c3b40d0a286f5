// What check_ephemeral_ports found, ready to be judged and told: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/ports/by_tuple.h"
#include "common/ports/census.h"
#include "plugins/forecast.h"
#include "plugins/in_doubt_option.h"
#include "plugins/live_owners.h"

namespace checks {

struct PortsSituation {
    std::size_t range_size = 0;
    ports::HeldPorts held;
    bool watches_all = true; ///< no option leaves a tuple out
    ports::Total total;
    ports::TupleUsage worst; ///< if there is no tuple: what any destination would find
    ports::TupleUsage worst_projected;
    std::vector<ports::TupleUsage> rows;   ///< the worst, and the worst projected
    ports::ConnectionsByTuple connections; ///< of these tuples at least, one by one
    std::optional<Forecast> forecast;      ///< nothing if no tuple's ports will be gone
    LiveOwners owners;                     ///< of the rows, if they were looked for

    /// Whether a figure of a row has two ends.
    [[nodiscard]] bool has_doubt() const;
    [[nodiscard]] std::size_t left(const ports::TupleUsage& usage) const;
    [[nodiscard]] std::size_t left_least(const ports::TupleUsage& usage) const;
    /// The rows' tuples, and their numbers.
    [[nodiscard]] std::vector<net::Tuple> tuples() const;
    [[nodiscard]] std::vector<sockets::TupleNumber> tuple_numbers() const;

    /// Those of the worst, and of the one that is heading for most.
    void keep_connections_of_worst();
};

/// The `most_rows` worst tuples of `census` and where they are heading; `snapshot` is what it was
/// made from. The worst is that with the fewest left, or which may have, as `in_doubt` says.
PortsSituation assess_ports(const sockets::Snapshot& snapshot, ports::Census& census,
                            std::size_t most_rows, InDoubt in_doubt);

/// In percent; unlike what is used, what is projected can pass 100.
double projected_percentage(std::size_t projected, std::size_t range_size);

} // namespace checks
