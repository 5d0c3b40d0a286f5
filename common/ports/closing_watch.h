// Who closed: from several looks at the sockets in a short time.
//
// A TIME_WAIT has no owner any more. But whoever had its connection had its local port, too, and an
// earlier look may have seen it open. What opens and closes between two looks is not seen, so this
// says how many were.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "common/net/tuple.h"
#include "common/sockets/snapshot.h"

namespace ports {

class ClosingWatch {
public:
    /// Of connections of these tuples.
    explicit ClosingWatch(std::vector<net::Tuple> tuples) : tuples_(std::move(tuples)) {}

    /// `since_start`: how long ago the first look was. What closed before is not counted.
    void look(const sockets::Snapshot& snapshot, std::chrono::milliseconds since_start);

    /// TIME_WAITs that were made since the first look.
    [[nodiscard]] std::size_t closed() const { return closed_; }
    /// Of these, those that were seen open before.
    [[nodiscard]] const std::map<sockets::Owner, std::size_t>& by_owner() const
    {
        return by_owner_;
    }

private:
    struct Seen {
        sockets::Owner owner;
        bool is_known = false; ///< it was seen open
        bool is_closed = false;
    };
    using Place = std::pair<std::size_t, std::uint16_t>; ///< the tuple's, and the local port

    void close(Seen& seen);

    std::vector<net::Tuple> tuples_;
    std::map<Place, Seen> seen_;
    std::size_t closed_ = 0;
    std::map<sockets::Owner, std::size_t> by_owner_;
};

} // namespace ports
