// The census: who has taken which ports, and so how many connect() has left.
//
// __inet_hash_connect() passes a port by for the tuple T when
//   1. a connection of T is on it already, in any state but a TIME_WAIT that it may take over; or
//   2. the port is *held*: its bind bucket was not made by connect() alone (fastreuse or
//   fastreuseport is not
//      negative), so it is gone for every tuple. Listening sockets and sockets that called bind()
//      do that.
// So left(T) = |usable| - |held + ports of T|. We count for each tuple its connections on ports
// that are not held, which needs no list of ports: a port carries at most one connection of a
// tuple.
//
// A connection whose port has a listener was accepted there; it is nobody's ephemeral port. On
// loopback both ends are in the table, and this leaves the end that connected.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/kernel/port_settings.h"
#include "common/net/port_set.h"
#include "common/ports/history.h"
#include "common/ports/time_wait.h"
#include "common/ports/tuple.h"
#include "common/ports/tuple_table.h"
#include "common/ports/watch.h"
#include "common/sockets/socket.h"

namespace ports {

/// The connections of one tuple on usable ports, by state.
struct TupleCounts {
    std::uint32_t established = 0;
    std::uint32_t time_wait = 0;
    std::uint32_t other = 0;    ///< every other state
    std::uint32_t reusable = 0; ///< those of `time_wait` that connect() would take over
    std::uint32_t own_held = 0; ///< those, of any state, on a held port
    std::int32_t drift = 0;     ///< where the rate of closes takes them: see ports::drift()

    [[nodiscard]] std::uint32_t connections() const { return established + time_wait + other; }

    TupleCounts& operator+=(const TupleCounts& more)
    {
        established += more.established;
        time_wait += more.time_wait;
        other += more.other;
        reusable += more.reusable;
        own_held += more.own_held;
        drift += more.drift;
        return *this;
    }
};

/// What connect() would find for one tuple.
struct TupleUsage {
    Tuple tuple;
    TupleCounts counts;
    std::size_t left = 0;        ///< ports that connect() would get
    std::size_t used = 0;        ///< all usable ports but those
    std::size_t held_others = 0; ///< held ports that no connection of the tuple is on
    std::size_t projected = 0;   ///< ports used where the present rate of closes leads
    std::size_t highest = 0;     ///< no more than this is used at any moment of the way there
};

class Census {
public:
    /// `held`: the ports that are known to be held, which the sockets alone do not always show.
    Census(const kernel::PortSettings& settings, TimeWaitPolicy policy, Watch watch,
           const net::PortSet& held = {});

    /// Takes one socket into account. Those that listen or are only bound must come before the
    /// connections.
    void add(const sockets::Socket& socket);

    /// Usable ports: what a tuple without a connection would have if nothing were held.
    [[nodiscard]] std::size_t range_size() const { return range_size_; }
    [[nodiscard]] const net::PortSet& held() const { return held_; }

    /// Usable ports that carry some socket and are not known to be held. Each of them may be:
    /// whether a connected socket once called bind() is not in the dump. A port without any socket
    /// is not held.
    [[nodiscard]] net::PortSet doubtful() const { return occupied_ - held_; }
    /// The most ports that one tuple can have used, should all the doubtful ones turn out to be
    /// held.
    [[nodiscard]] std::size_t used_at_most() const { return (occupied_ | held_).size(); }

    /// What a destination that nobody is connected to would find.
    [[nodiscard]] TupleUsage new_tuple() const { return assess({}, {}); }

    [[nodiscard]] std::size_t tuples() const { return ipv4_.size() + ipv6_.size(); }
    /// The connections of all watched tuples together, by state.
    [[nodiscard]] const TupleCounts& total() const { return total_; }

    /// Closes a second at present, of all watched tuples together.
    [[nodiscard]] double close_rate() const { return close_rate_; }

    /// The `most` tuples with the fewest ports left, the worst first.
    [[nodiscard]] std::vector<TupleUsage> worst(std::size_t most) const;

    /// The `most` tuples that head for the most used ports; for comparison with worst(), because
    /// who is worst in a minute need not be worst now.
    [[nodiscard]] std::vector<TupleUsage> worst_projected(std::size_t most) const;

    /// The `most` tuples that could run out of ports on the way to where they are heading, the
    /// most likely first. Whether and when they do, their histories tell.
    [[nodiscard]] std::vector<TupleUsage> endangered(std::size_t most) const;

    /// The `most` tuples with the most TIME_WAITs.
    [[nodiscard]] std::vector<TupleUsage> most_time_wait(std::size_t most) const;

private:
    /// The first `most` tuples in the order of `is_before`.
    template <class Order>
    [[nodiscard]] std::vector<TupleUsage> first(std::size_t most, Order is_before) const;

    struct Ipv4Key {
        std::uint32_t source = 0;
        std::uint32_t destination = 0;
        std::uint32_t device = 0;
        std::uint16_t destination_port = 0;

        bool operator==(const Ipv4Key&) const = default;
        [[nodiscard]] std::uint64_t hash() const;
    };
    struct Ipv6Key {
        std::array<std::uint32_t, 4> source{};
        std::array<std::uint32_t, 4> destination{};
        std::uint32_t device = 0;
        std::uint16_t destination_port = 0;

        bool operator==(const Ipv6Key&) const = default;
        [[nodiscard]] std::uint64_t hash() const;
    };

    [[nodiscard]] TupleUsage assess(const Tuple& tuple, const TupleCounts& counts) const;

    net::PortSet usable_;
    std::size_t range_size_;
    TimeWaitRule time_wait_rule_;
    ClosingRule closing_rule_;
    Watch watch_;
    net::PortSet listening_;
    net::PortSet held_;
    net::PortSet occupied_;
    // A table settles what it had put off when somebody looks, which changes nothing to be seen.
    mutable TupleTable<Ipv4Key, TupleCounts> ipv4_;
    mutable TupleTable<Ipv6Key, TupleCounts> ipv6_;
    TupleCounts total_;
    double close_rate_ = 0;
};

} // namespace ports
