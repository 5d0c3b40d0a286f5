#include "common/ports/tuple.h"

#include <fmt/format.h>

#include "common/net/endpoint.h"

namespace ports {

std::string format_destination(const Tuple& tuple)
{
    const std::string endpoint = net::Endpoint{tuple.destination, tuple.destination_port}.text();
    return tuple.device == 0 ? endpoint : fmt::format("{} on interface {}", endpoint, tuple.device);
}

} // namespace ports
