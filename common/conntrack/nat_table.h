// The source ports that NAT's tuples use: from each entry what later arithmetic needs, in twelve
// bytes.
//
// A wanted reply is taken if it equals an entry's tuple in either direction. As a reply every entry
// counts, including the gateway's own and those that kept their port. As an original it can only be
// one that comes from the destination itself to the NAT address. Which of these matter is known at
// the end; nearly all others are told at once: if NAT changed the source alone, the original comes
// from a client. If it changed nothing, the original is the reply turned round.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "common/conntrack/entry.h"
#include "common/conntrack/nat_tuple.h"
#include "common/conntrack/original_ports.h"
#include "common/sockets/huge_pages.h"
#include "common/sockets/tuple_numbers.h"

namespace conntrack {

using TupleNumber = std::uint32_t;
using ClientNumber = std::uint32_t;

/// A port that a tuple uses.
struct Mapping {
    TupleNumber tuple : 26;
    std::uint32_t is_source_changed : 1;
    std::uint32_t is_address_changed : 1;
    std::uint32_t is_evictable : 1; ///< by kernels that do that
    std::uint32_t state : 2;        ///< a State
    std::uint32_t is_unchanged : 1; ///< NAT left both ends alone
    ClientNumber client : 24;
    std::uint32_t age : 8; ///< of a TIME_WAIT, in seconds; unknown_age
    std::uint16_t port;
    std::uint16_t original_port;
};
static_assert(sizeof(Mapping) == 12);

constexpr std::uint32_t unknown_age = 255;

class NatTable {
public:
    /// `time_wait_length`: nf_conntrack_tcp_timeout_time_wait. `entries`: about how many will come;
    /// if it is too few, they take twice their memory for a moment.
    explicit NatTable(std::chrono::seconds time_wait_length, std::size_t entries = 0);

    /// An entry of TCP or UDP; others have no ports. Throws std::length_error.
    void add(const Entry& entry);

    /// Once, after the last entry: the originals that come from a destination join in.
    void settle();

    [[nodiscard]] std::size_t tuples() const { return tuples_.size(); }
    [[nodiscard]] const NatTuple& tuple(TupleNumber number) const { return tuples_.key(number); }
    /// How many mappings it has; at most so many ports are used.
    [[nodiscard]] std::size_t mappings(TupleNumber number) const
    {
        return totals_[number].mappings;
    }
    /// Whether NAT changed the source of one that came from a port of `original`.
    [[nodiscard]] bool is_of_nat(TupleNumber number, OriginalPorts original) const
    {
        return (totals_[number].originals & bit_of(original)) != 0;
    }
    [[nodiscard]] const net::Address& client(ClientNumber number) const
    {
        return clients_.key(number).address;
    }

    template <class Visitor>
    void for_each(Visitor visit) const
    {
        std::ranges::for_each(mappings_, visit);
    }

private:
    /// Of one tuple.
    struct Total {
        std::uint32_t mappings = 0;
        std::uint8_t originals = 0; ///< by bit_of()
    };
    struct Client {
        net::Address address;
        [[nodiscard]] std::uint64_t hash() const
        {
            return sockets::hash_of(address.words(), {}, 0);
        }
        friend bool operator==(const Client&, const Client&) = default;
    };
    /// One whose destination NAT changed.
    struct Renamed {
        std::uint32_t mapping;
        ClientNumber destination; ///< the original one
        std::uint16_t port;
    };

    static std::uint8_t bit_of(OriginalPorts original)
    {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(original));
    }
    void add_to(TupleNumber number, const Mapping& mapping);
    [[nodiscard]] std::uint32_t age_of(std::chrono::seconds expires_in) const;
    ClientNumber number_of(const net::Address& client);

    std::chrono::seconds time_wait_length_;
    std::vector<Mapping, sockets::HugePages<Mapping>> mappings_;
    sockets::TupleNumbers<NatTuple, Mapping> tuples_;
    std::vector<Total> totals_; ///< by the tuple's number
    sockets::TupleNumbers<Client, std::monostate> clients_;
    std::vector<Renamed> renamed_;
    std::uint32_t entries_ = 0;
};

} // namespace conntrack
