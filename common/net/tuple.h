// What connect() shares ports by: the source address, the destination address and the destination
// port.
//
// A socket bound to a device (SO_BINDTODEVICE, a link-local scope) has tuples of its own, because
// inet_sk_bound_dev_eq() compares devices where __inet_check_established() compares the rest.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "common/net/address.h"

namespace net {

struct Tuple {
    Address source;
    Address destination;
    std::uint16_t destination_port = 0;
    std::uint32_t device = 0; ///< interface index, 0 for none

    /// Whether both ends are on this host: one of the addresses is loopback, or the device is.
    [[nodiscard]] bool is_loopback() const;

    friend auto operator<=>(const Tuple&, const Tuple&) = default;
};

/// "10.0.0.5:5432", or "10.0.0.5:5432 on interface 3".
std::string format_destination(const Tuple& tuple);

} // namespace net
