// What NAT's source ports are shared by: the NAT address, the protocol, the destination behind a
// DNAT, and the conntrack zone.
//
// nf_nat_used_tuple() asks whether any entry of the zone, in either direction, equals the reply
// that the new connection wants (nf_conntrack_tuple_taken()).
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/net/endpoint.h"

namespace conntrack {

struct NatTuple {
    net::Address source; ///< the NAT address
    net::Endpoint destination;
    std::uint8_t protocol = 0;
    std::uint16_t zone = 0;

    friend bool operator==(const NatTuple& one, const NatTuple& other)
    {
        return one.destination.port == other.destination.port && one.protocol == other.protocol &&
               one.zone == other.zone && one.source == other.source &&
               one.destination.address == other.destination.address;
    }
};

/// Spreads addresses over 64 bits.
inline std::uint64_t hash_of(const net::Address& address)
{
    constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15U; // 2^64 / the golden ratio
    std::uint64_t hash = 0;
    for (const std::uint32_t word : address.words()) {
        hash = (hash ^ word) * multiplier;
        hash ^= hash >> 32U;
    }
    return hash;
}

inline std::uint64_t hash_of(const NatTuple& tuple)
{
    constexpr std::uint64_t multiplier = 0xD6E8FEB86659FD93U;
    std::uint64_t hash = hash_of(tuple.source) * 3 + hash_of(tuple.destination.address);
    hash ^= std::uint64_t{tuple.destination.port} << 32U | std::uint64_t{tuple.zone} << 8U |
            tuple.protocol;
    hash *= multiplier;
    return hash ^ hash >> 32U;
}

template <class Key>
struct Hash {
    std::size_t operator()(const Key& key) const { return hash_of(key); }
};

} // namespace conntrack
