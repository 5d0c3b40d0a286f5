// Which tuples the user wants to hear of. What is held is held from every tuple, watched or not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/net/subnet.h"
#include "common/net/tuple.h"

namespace ports {

/// "ADDR[/LENGTH][:PORT]"; an IPv6 address with a port stands in brackets: "[2001:db8::/32]:443".
struct Destination {
    net::Subnet addresses;
    std::optional<std::uint16_t> port; ///< none for every port
    std::string text;                  ///< as the user wrote it

    /// Throws std::invalid_argument.
    static Destination parse(std::string_view text);

    [[nodiscard]] bool matches(const net::Tuple& tuple) const
    {
        return (!port || *port == tuple.destination_port) && addresses.contains(tuple.destination);
    }
    /// Whether it matches all that `other` does.
    [[nodiscard]] bool covers(const Destination& other) const
    {
        return (!port || port == other.port) && addresses.contains(other.addresses);
    }
};

struct Watch {
    enum class Family { both, ipv4, ipv6 };

    Family family = Family::both;
    std::vector<net::Subnet> sources;      ///< empty for every source
    std::vector<Destination> destinations; ///< empty for every destination
    std::vector<Destination> exclusions;
    const char* source_option = "--source"; ///< what `sources` come from, for errors

    [[nodiscard]] bool covers(const net::Tuple& tuple) const
    {
        return covers_all() || selects(tuple);
    }

    /// Whether no option leaves anything out; asked for every socket.
    [[nodiscard]] bool covers_all() const
    {
        return family == Family::both && sources.empty() && destinations.empty() &&
               exclusions.empty();
    }

    /// Why no tuple, or none to one of the destinations, can ever be covered; nothing if one can.
    [[nodiscard]] std::optional<std::string> contradiction() const;

private:
    [[nodiscard]] bool selects(const net::Tuple& tuple) const;
    [[nodiscard]] bool leaves_out(bool ipv4) const;
};

} // namespace ports
