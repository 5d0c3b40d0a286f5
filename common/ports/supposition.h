// One tuple's census taken again under other circumstances: other settings, other ports held, or
// without its TIME_WAITs.
//
// Who else is there matters to a tuple only by what is held, so only its own connections are
// counted anew, and it takes no more time with a million others beside them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "common/kernel/port_settings.h"
#include "common/ports/census.h"
#include "common/sockets/snapshot.h"

namespace ports {

/// What a tuple has, in ports. If not all is known, `left` is the most and `left_least` the least.
struct Outlook {
    std::size_t range_size = 0;
    std::size_t left = 0;
    std::size_t left_least = 0;
    std::size_t projected = 0; ///< used if the present rate of closes goes on; may pass all
    std::size_t projected_most = 0;
};

/// The outlook of `usage` as it is.
Outlook look_out(const TupleUsage& usage, std::size_t range_size);

class Supposition {
public:
    /// `census` was made from `snapshot`. Both must outlive it. `picked` are connections of some
    /// tuples of it, so that those need not be looked for again.
    Supposition(const sockets::Snapshot& snapshot, const Census& census, const net::Tuple& tuple,
                const ConnectionsByTuple& picked);

    enum class TimeWaits { kept, gone };

    /// If these ports were held.
    [[nodiscard]] Outlook with_held(const HeldPorts& held,
                                    TimeWaits time_waits = TimeWaits::kept) const;

    /// If connect() took TIME_WAITs over as `settings` say, and the other end used TCP timestamps.
    [[nodiscard]] Outlook with_reuse(const kernel::PortSettings& settings) const;

private:
    void add(sockets::TupleNumber number, std::vector<sockets::Connection> connections);
    [[nodiscard]] Outlook count(const sockets::Snapshot& imagined, const HeldPorts& held,
                                std::optional<bool> reuse) const;

    const sockets::Snapshot* snapshot_;
    const Census* census_;
    net::Tuple tuple_;
    net::Tuple twin_;       ///< the same without a device, which stands in its way
    sockets::Snapshot own_; ///< with the connections of both alone
    sockets::Snapshot without_time_waits_;
};

} // namespace ports
