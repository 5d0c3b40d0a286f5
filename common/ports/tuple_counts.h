// What a census counts for each tuple while it goes through the connections: as small as it can be,
// because there may be a million tuples. All bytes are zero at first (zero_pages.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "common/ports/close_rate.h"
#include "common/ports/time_wait.h"

namespace ports {

/// A count up to the number of ports. It stays at its maximum and never starts again at 0.
class SmallCount {
public:
    SmallCount& operator++()
    {
        value_ += value_ == std::numeric_limits<std::uint16_t>::max() ? 0 : 1;
        return *this;
    }
    operator std::uint16_t() const { return value_; }

private:
    std::uint16_t value_ = 0;
};

/// The connections of one tuple on usable ports without a listener.
struct TupleCounts {
    SmallCount established;
    SmallCount time_wait;
    SmallCount other; ///< every other state

    [[nodiscard]] std::size_t connections() const
    {
        return std::size_t{established} + time_wait + other;
    }

    SmallCount on_held; ///< of all these, those on a held port

    Reuse reuse = Reuse::never;
    bool watched : 1 = false;
    bool has_twin : 1 = false; ///< the same tuple without a device has connections, too

    /// Whether the tuple's figures hang on nothing else of its own: not on when a connection was
    /// closed, nor on its twin's.
    [[nodiscard]] bool tell_all() const { return time_wait == 0 && other == 0 && !has_twin; }
    bool operator==(const TupleCounts&) const = default;
};

/// Those of them that are closed and keep their port for a time, on ports that are not held. They
/// are apart, because on most hosts hardly any tuple has them.
struct ClosingCounts {
    SmallCount young_time_wait; ///< too young to be taken over by connect()
    SmallCount old_time_wait;   ///< old enough
    SmallCount young_fin_wait2; ///< FIN_WAIT2 that no program holds
    SmallCount old_fin_wait2;
    RecentCloses<SmallCount> recent;
};

} // namespace ports
