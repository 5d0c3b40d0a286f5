#include "common/net/tuple.h"

#include <fmt/format.h>

#include "common/net/endpoint.h"

namespace net {

bool Tuple::is_loopback() const
{
    constexpr std::uint32_t loopback_interface = 1; // LOOPBACK_IFINDEX
    return device == loopback_interface || source.is_loopback() || destination.is_loopback();
}

std::string format_destination(const Tuple& tuple)
{
    const std::string endpoint = Endpoint{tuple.destination, tuple.destination_port}.text();
    return tuple.device == 0 ? endpoint : fmt::format("{} on interface {}", endpoint, tuple.device);
}

} // namespace net
