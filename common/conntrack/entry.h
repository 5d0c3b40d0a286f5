// An entry of the kernel's table of tracked connections, as far as NAT's choice of a port depends
// on it.
//
// Each has two tuples: how packets of the original direction look before NAT, and how the answers
// look that come back. NAT changed the source if the answers go to another address or port than
// the original came from (nf_nat_setup_info() alters the reply tuple).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "common/net/endpoint.h"

namespace conntrack {

/// One direction.
struct Direction {
    net::Endpoint source;
    net::Endpoint destination;
};

enum class State : std::uint8_t { established, time_wait, other };

struct Entry {
    std::uint8_t protocol = 0; ///< IPPROTO_TCP, IPPROTO_UDP …
    std::uint16_t zone = 0;    ///< that the reply is looked up in
    Direction original;
    Direction reply;
    State state = State::other;
    bool is_evictable = false; ///< TCP in TIME_WAIT or behind it, its time not fixed by a rule
    std::optional<std::chrono::seconds> expires_in; ///< nothing if the kernel does not tell

    [[nodiscard]] bool is_source_changed() const
    {
        return reply.destination.port != original.source.port ||
               reply.destination.address != original.source.address;
    }
    [[nodiscard]] bool is_destination_changed() const
    {
        return reply.source.port != original.destination.port ||
               reply.source.address != original.destination.address;
    }
};

} // namespace conntrack
