// An address and a port as people write them: 10.0.0.5:5432, [::1]:5432.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/net/address.h"

namespace net {

struct Endpoint {
    Address address;
    std::uint16_t port = 0;

    /// Numeric only, with a port. Throws std::invalid_argument.
    static Endpoint parse(std::string_view text);

    [[nodiscard]] std::string text() const;
};

/// "HOST", "HOST:PORT" or "[HOST]:PORT" cut into its host and its port, if it has one. A text
/// with more than one colon and no bracket is an IPv6 address without a port. Throws
/// std::invalid_argument if the port is no port.
std::pair<std::string_view, std::optional<std::uint16_t>> split_port(std::string_view text);

} // namespace net
