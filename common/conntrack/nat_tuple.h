// What NAT's source ports are shared by: the NAT address, the protocol, the destination behind a
// DNAT, and the conntrack zone.
//
// nf_nat_used_tuple() asks whether any entry of the zone, in either direction, equals the reply
// that the new connection wants (nf_conntrack_tuple_taken()).
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/net/endpoint.h"
#include "common/sockets/hash.h"

namespace conntrack {

struct NatTuple {
    net::Address source; ///< the NAT address
    net::Endpoint destination;
    std::uint8_t protocol = 0;
    std::uint16_t zone = 0;

    [[nodiscard]] std::uint64_t hash() const
    {
        const std::uint64_t rest =
            sockets::join(std::uint32_t{protocol} << 16U | zone, destination.port);
        return sockets::hash_of(source.words(), destination.address.words(), rest);
    }

    friend bool operator==(const NatTuple& one, const NatTuple& other)
    {
        return one.destination.port == other.destination.port && one.protocol == other.protocol &&
               one.zone == other.zone && one.source == other.source &&
               one.destination.address == other.destination.address;
    }
};

} // namespace conntrack
