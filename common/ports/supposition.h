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
#include "common/ports/by_tuple.h"
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

    bool operator==(const Outlook&) const = default;
};

/// The outlook of `usage` as it is.
Outlook look_out(const TupleUsage& usage, std::size_t range_size);

class Supposition {
public:
    /// `census` was made from `snapshot`. `picked` are the connections of some of its tuples, so
    /// that these need not be looked for again. All must outlive it.
    Supposition(const sockets::Snapshot& snapshot, const Census& census, const net::Tuple& tuple,
                const ConnectionsByTuple& picked);

    enum class TimeWaits { kept, gone };

    /// If these ports were held.
    [[nodiscard]] Outlook with_held(const HeldPorts& held,
                                    TimeWaits time_waits = TimeWaits::kept) const;

    /// If connect() took TIME_WAITs over as `settings` say, and the other end used TCP timestamps.
    [[nodiscard]] Outlook with_reuse(const kernel::PortSettings& settings) const;

private:
    /// A tuple's number, and its connections.
    using OfTuple = const ConnectionsByTuple::value_type*;

    /// Those of the tuple and of its twin.
    [[nodiscard]] std::vector<sockets::TupleNumber> numbers() const;
    [[nodiscard]] std::vector<OfTuple> find_in(const ConnectionsByTuple& picked) const;
    [[nodiscard]] sockets::Snapshot imagine(const kernel::PortSettings& settings,
                                            TimeWaits time_waits) const;
    [[nodiscard]] Outlook count(const sockets::Snapshot& imagined, const HeldPorts& held,
                                std::optional<bool> reuse) const;

    const sockets::Snapshot* snapshot_;
    const Census* census_;
    net::Tuple tuple_;
    net::Tuple twin_;            ///< the same without a device, which stands in its way
    ConnectionsByTuple further_; ///< of these two, what was not picked before
    std::vector<OfTuple> own_;   ///< of both
    sockets::Snapshot with_time_waits_;
    sockets::Snapshot without_time_waits_;
};

} // namespace ports
