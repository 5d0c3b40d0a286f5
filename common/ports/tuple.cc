#include "common/ports/tuple.h"

#include <fmt/format.h>

namespace ports {

std::string format_destination(const Tuple& tuple)
{
    const std::string endpoint =
        sockets::format_endpoint(tuple.destination, tuple.destination_port);
    return tuple.device == 0 ? endpoint : fmt::format("{} on interface {}", endpoint, tuple.device);
}

} // namespace ports
