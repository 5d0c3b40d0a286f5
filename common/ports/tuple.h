// What connect() shares ports by: the source address, the destination address and the destination
// port.
//
// A socket bound to a device (SO_BINDTODEVICE, a link-local scope) has tuples of its own, because
// inet_sk_bound_dev_eq() compares devices where __inet_check_established() compares the rest.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "common/sockets/socket.h"

namespace ports {

struct Tuple {
    net::Address source;
    net::Address destination;
    std::uint16_t destination_port = 0;
    std::uint32_t device = 0; ///< interface index, 0 for none

    friend auto operator<=>(const Tuple&, const Tuple&) = default;
};

inline Tuple tuple_of(const sockets::Socket& socket)
{
    return {socket.local_address, socket.remote_address, socket.remote_port, socket.device};
}

/// "10.0.0.5:5432", or "10.0.0.5:5432 on interface 3".
std::string format_destination(const Tuple& tuple);

} // namespace ports
