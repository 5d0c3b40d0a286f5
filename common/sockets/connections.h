// The TCP connections of a snapshot: eight bytes each, and each tuple's addresses once.
//
// A host has a million connections in 40 tuples, or each in a tuple of its own; both have to fit
// and be gone through again and again in milliseconds. So a record holds the number of its tuple,
// and the arithmetic counts by that number.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/net/tuple.h"
#include "common/sockets/blocks.h"
#include "common/sockets/hash.h"
#include "common/sockets/owner.h"
#include "common/sockets/socket.h"
#include "common/sockets/tuple_numbers.h"
#include "common/sockets/zero_pages.h"

namespace sockets {

/// Counted from 0, the tuples of IPv4 and of IPv6 apart; the lowest bit tells which.
using TupleNumber = std::uint32_t;

struct Connection {
    TupleNumber tuple : 28 = 0;
    std::uint32_t state_number : 4 = 0;
    std::uint16_t local_port = 0;
    /// Of what is closed and keeps its port for a time: the milliseconds that are left. Nobody has
    /// it any more, so for all others this is the owner's number.
    std::uint16_t time_or_owner = 0;

    static constexpr std::uint16_t no_timer = 0xffff;
    static constexpr std::uint32_t timed_fin_wait2 = 15; ///< no state of the kernel's

    Connection() = default;
    Connection(const Socket& socket, OwnerNumber owner)
        : state_number(static_cast<std::uint32_t>(socket.state) & 0xfU),
          local_port(socket.local_port), time_or_owner(owner)
    {
        if (socket.state == SocketState::fin_wait2 && socket.expires_in)
            state_number = timed_fin_wait2;
        if (is_timed())
            time_or_owner = socket.expires_in ? fit(*socket.expires_in) : no_timer;
    }

    [[nodiscard]] SocketState state() const
    {
        return state_number == timed_fin_wait2 ? SocketState::fin_wait2
                                               : static_cast<SocketState>(state_number);
    }

    /// Whether it is a TIME_WAIT, or a FIN_WAIT2 that no program holds.
    [[nodiscard]] bool is_timed() const
    {
        return state_number == timed_fin_wait2 || state() == SocketState::time_wait;
    }

    /// If it is, what is left of its time, at most a minute (TCP_TIMEWAIT_LEN).
    [[nodiscard]] std::optional<std::chrono::milliseconds> expires_in() const
    {
        if (!is_timed() || time_or_owner == no_timer)
            return std::nullopt;
        return std::chrono::milliseconds(time_or_owner);
    }

    [[nodiscard]] OwnerNumber owner() const { return is_timed() ? nobody : time_or_owner; }

private:
    static std::uint16_t fit(std::chrono::milliseconds time)
    {
        constexpr std::chrono::milliseconds shortest(0);
        constexpr std::chrono::milliseconds longest(no_timer - 1);
        return static_cast<std::uint16_t>(std::clamp(time, shortest, longest).count());
    }
};
static_assert(sizeof(Connection) == 8);

class Connections {
public:
    [[gnu::always_inline]] void add(const Socket& socket, OwnerNumber owner = nobody)
    {
        const Connection connection(socket, owner);
        if (socket.remote_address.is_ipv4())
            ipv4_.add(Ipv4Key(socket), connection, taker(0));
        else
            add_ipv6(
                {socket.local_address, socket.remote_address, socket.remote_port, socket.device},
                connection);
    }

    /// These become connections of `tuple`, whatever tuple they are of now.
    void add(const net::Tuple& tuple, const std::vector<Connection>& connections);

    /// To be called behind the last add() of a socket.
    void settle();

    [[nodiscard]] std::size_t size() const { return connections_.size(); }
    template <class Visitor>
    void for_each(Visitor visit) const
    {
        connections_.for_each(visit);
    }

    [[nodiscard]] std::size_t ipv4_tuples() const { return ipv4_.size(); }
    [[nodiscard]] std::size_t ipv6_tuples() const { return ipv6_.size(); }
    [[nodiscard]] net::Tuple tuple(TupleNumber number) const;
    [[nodiscard]] net::Address source(TupleNumber number) const
    {
        return is_ipv4(number) ? ipv4_.key(number >> 1U).source()
                               : net::Address::ipv6(ipv6_.key(number >> 1U).source);
    }
    [[nodiscard]] static bool is_ipv4(TupleNumber number) { return (number & ipv6_bit) == 0; }
    /// The number of `tuple`, if a connection has it.
    [[nodiscard]] std::optional<TupleNumber> find(const net::Tuple& tuple) const;

private:
    /// Two words, which are compared and hashed as they are.
    struct Ipv4Key {
        std::uint64_t addresses = 0; ///< the source's, and the destination's
        std::uint64_t rest = 0;      ///< the device, and the destination's port

        Ipv4Key() = default;
        explicit Ipv4Key(const net::Tuple& tuple)
            : addresses(join(tuple.source.low_word(), tuple.destination.low_word())),
              rest(join(tuple.device, tuple.destination_port))
        {
        }
        explicit Ipv4Key(const Socket& socket)
            : addresses(join(socket.local_address.low_word(), socket.remote_address.low_word())),
              rest(join(socket.device, socket.remote_port))
        {
        }
        bool operator==(const Ipv4Key&) const = default;
        [[nodiscard]] std::uint64_t hash() const { return mix(addresses + hash_factors[0] * rest); }
        [[nodiscard]] net::Address source() const
        {
            return net::Address::ipv4(high_half(addresses));
        }
        [[nodiscard]] net::Tuple tuple() const
        {
            return {source(), net::Address::ipv4(low_half(addresses)),
                    static_cast<std::uint16_t>(low_half(rest)), high_half(rest)};
        }
    };
    struct Ipv6Key {
        std::array<std::uint32_t, 4> source{};
        std::array<std::uint32_t, 4> destination{};
        std::uint32_t device = 0;
        std::uint16_t destination_port = 0;

        explicit Ipv6Key(const net::Tuple& tuple)
            : source(tuple.source.words()), destination(tuple.destination.words()),
              device(tuple.device), destination_port(tuple.destination_port)
        {
        }
        Ipv6Key() = default;
        bool operator==(const Ipv6Key&) const = default;
        [[nodiscard]] std::uint64_t hash() const;
    };

    static constexpr TupleNumber ipv6_bit = 1;

    /// Gives a connection its number and keeps it.
    struct Taker {
        Blocks<Connection>* kept;
        TupleNumber family;

        void operator()(TupleNumber number, Connection connection) const
        {
            connection.tuple = number << 1U | family;
            kept->push_back(connection);
        }
    };
    Taker taker(TupleNumber family) { return {&connections_, family}; }

    void add_ipv6(const net::Tuple& tuple, Connection connection);

    TupleNumbers<Ipv4Key, Connection> ipv4_;
    TupleNumbers<Ipv6Key, Connection> ipv6_;
    Blocks<Connection> connections_;
};

/// A value for each tuple of some connections, all of whose bytes are zero at first.
template <class Value>
class PerTuple {
public:
    explicit PerTuple(const Connections& connections)
        : values_{Values(connections.ipv4_tuples()), Values(connections.ipv6_tuples())}
    {
    }

    [[nodiscard]] bool contains(TupleNumber number) const
    {
        return number >> 1U < values_[number & 1U].size();
    }
    [[nodiscard]] Value& operator[](TupleNumber number)
    {
        return values_[number & 1U][number >> 1U];
    }
    [[nodiscard]] const Value& operator[](TupleNumber number) const
    {
        return values_[number & 1U][number >> 1U];
    }

    /// Calls `visit(number, value)` for each.
    template <class Visitor>
    void for_each(Visitor visit)
    {
        for (TupleNumber family = 0; family < values_.size(); ++family) {
            for (TupleNumber i = 0; i < values_[family].size(); ++i)
                visit(i << 1U | family, values_[family][i]);
        }
    }
    template <class Visitor>
    void for_each(Visitor visit) const
    {
        const_cast<PerTuple*>(this)->for_each(
            [&](TupleNumber number, const Value& value) { visit(number, value); });
    }

private:
    using Values = std::vector<Value, ZeroPages<Value>>;

    std::array<Values, 2> values_;
};

} // namespace sockets
