// What connect() would find for one tuple, and where that is heading.
//
// If something cannot be known, a figure has two ends: `used` is the least that may be used,
// `used_most` the most. Everything else depends on these.
#pragma once

#include <cstddef>

#include "common/net/tuple.h"
#include "common/ports/time_wait.h"
#include "common/sockets/connections.h"

namespace ports {

struct TupleUsage {
    sockets::TupleNumber number = 0; ///< means nothing if the tuple has no connection
    net::Tuple tuple;

    // The connections on usable ports, by state.
    std::size_t established = 0;
    std::size_t time_wait = 0;
    std::size_t other = 0;              ///< every other state
    std::size_t reusable = 0;           ///< of all these, those that connect() would take over
    std::size_t reusable_time_wait = 0; ///< of these, those in TIME_WAIT

    /// Usable ports that the tuple cannot have, and has no connection on.
    std::size_t held_by_others = 0;

    std::size_t used = 0;      ///< usable ports that connect() would not get
    std::size_t used_most = 0; ///< the same, if all that is in doubt is used
    std::size_t projected = 0; ///< ports used if the present rate of closes goes on; may pass all
    std::size_t projected_most = 0;
    std::size_t highest = 0; ///< no more than this is used at any moment of the way there

    /// Whether its closed connections are taken over; `unproven` if that makes no difference.
    Reuse reuse = Reuse::never;

    [[nodiscard]] std::size_t connections() const { return established + time_wait + other; }
    [[nodiscard]] bool is_exact() const { return used == used_most; }
};

/// An order of tuples: those with the most of `key` first; then the busiest, and then by address,
/// so that equal hosts print equal tables.
struct Order {
    std::size_t (*key)(const TupleUsage&);

    /// Whether `one` comes before `other`.
    bool operator()(const TupleUsage& one, const TupleUsage& other) const
    {
        if (key(one) != key(other))
            return key(one) > key(other);
        if (one.connections() != other.connections())
            return one.connections() > other.connections();
        return one.tuple < other.tuple;
    }
};

// Orders, each named by what the first one has.
inline constexpr Order has_fewer_left = {[](const TupleUsage& usage) { return usage.used; }};
inline constexpr Order may_have_fewer_left = {
    [](const TupleUsage& usage) { return usage.used_most; }};
inline constexpr Order heads_for_more = {[](const TupleUsage& usage) { return usage.projected; }};
inline constexpr Order may_head_for_more = {
    [](const TupleUsage& usage) { return usage.projected_most; }};
inline constexpr Order may_run_out_earlier = {
    [](const TupleUsage& usage) { return usage.highest; }};
inline constexpr Order has_more_time_wait = {
    [](const TupleUsage& usage) { return usage.time_wait; }};

} // namespace ports
