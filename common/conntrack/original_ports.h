// The range that NAT searches if its rule names none. It depends on the port that the connection
// came from (nf_nat_l4proto_unique_tuple()).
#pragma once

#include <array>
#include <cstdint>

#include "common/net/port_set.h"

namespace conntrack {

enum class OriginalPorts : std::uint8_t { below_512, below_1024, others };

inline constexpr std::array all_original_ports = {OriginalPorts::below_512,
                                                  OriginalPorts::below_1024, OriginalPorts::others};

constexpr OriginalPorts original_ports_of(std::uint16_t port)
{
    if (port < 512)
        return OriginalPorts::below_512;
    return port < 1024 ? OriginalPorts::below_1024 : OriginalPorts::others;
}

constexpr net::PortRange default_range(OriginalPorts original)
{
    switch (original) {
    case OriginalPorts::below_512:
        return {1, 511};
    case OriginalPorts::below_1024:
        return {600, 1023};
    case OriginalPorts::others:
        break;
    }
    return {1024, 65535};
}

} // namespace conntrack
