// The ports that a tuple on a device cannot have because of its twin, the same tuple without one.
//
// A connection of a socket that is bound to no device stands in the way of one that is bound to
// any; the other way round it does not (INET_MATCH() in __inet_check_established()). Both may have
// connections on one port, and each of these may be a closed one that connect() takes over. So
// ports are counted by how either of the two has them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ports {

/// How a tuple has a port.
enum class Claim : std::uint8_t {
    none,
    lasting,       ///< until the connection is over
    old_time_wait, ///< until the connection is over, or is taken over
    old_fin_wait2
};

/// Which of the closed connections that are old enough connect() takes over.
struct Takeover {
    bool time_wait = false;
    bool fin_wait2 = false;

    [[nodiscard]] bool frees(Claim claim) const
    {
        return claim == Claim::none || (claim == Claim::old_time_wait && time_wait) ||
               (claim == Claim::old_fin_wait2 && fin_wait2);
    }
};

class TwinPorts {
public:
    /// Counts one port: how the tuple has it, and how its twin does.
    void add(Claim own, Claim twins) { ++ports_[index(own)][index(twins)]; }

    /// The ports that are surely gone because of the twin alone. If the tuple has a closed
    /// connection on the port that it would take over, connect() gets the port if it comes upon
    /// that one before the twin's: it goes by the first match in a hash chain.
    [[nodiscard]] std::size_t surely_gone(const Takeover& twins) const
    {
        std::size_t gone = 0;
        for (const Claim other : claims)
            gone += twins.frees(other) ? 0 : ports_[index(Claim::none)][index(other)];
        return gone;
    }

    /// The ports that may be gone because of the twin alone.
    [[nodiscard]] std::size_t gone(const Takeover& own, const Takeover& twins) const
    {
        std::size_t gone = 0;
        for (const Claim one : claims) {
            for (const Claim other : claims) {
                if (own.frees(one) && !twins.frees(other))
                    gone += ports_[index(one)][index(other)];
            }
        }
        return gone;
    }

private:
    static constexpr std::array claims = {Claim::none, Claim::lasting, Claim::old_time_wait,
                                          Claim::old_fin_wait2};

    static constexpr std::size_t index(Claim claim) { return static_cast<std::size_t>(claim); }

    std::array<std::array<std::size_t, claims.size()>, claims.size()> ports_{};
};

} // namespace ports
