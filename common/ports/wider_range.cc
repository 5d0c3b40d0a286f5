#include "common/ports/wider_range.h"

#include <algorithm>

namespace ports {
namespace {

/// The ports that a search finds with `wide`, and did not find before.
net::PortSet added_ports(const kernel::PortSettings& wide, const kernel::PortSettings& present)
{
    return wide.found_by_tcp() - present.found_by_tcp();
}

/// The TCP sockets of `snapshot` outside its range, and on the one port of an odd range that a
/// search passes by.
struct Occupants {
    net::PortSet listening_or_bound;
    net::PortSet connected;
};

Occupants find_occupants(const sockets::Snapshot& snapshot)
{
    const sockets::OutsideRange& outside = snapshot.outside;
    Occupants occupants = {outside.listening | outside.bound, outside.connected};
    const net::PortSet passed_by = snapshot.settings.usable() - snapshot.settings.found_by_tcp();
    if (passed_by.size() == 0)
        return occupants;
    for (const sockets::LocalSocket& socket : snapshot.tcp) {
        if (passed_by.contains(socket.port))
            occupants.listening_or_bound.insert(socket.port);
    }
    snapshot.connections.for_each([&](const sockets::Connection& connection) {
        if (passed_by.contains(connection.local_port))
            occupants.connected.insert(connection.local_port);
    });
    return occupants;
}

std::size_t less(std::size_t one, std::size_t other)
{
    return one - std::min(one, other);
}

} // namespace

net::PortRange widen(net::PortRange range, std::optional<std::uint16_t> unprivileged_port_start)
{
    constexpr net::PortRange roomy = {15000, 60999};
    net::PortRange wide = {
        std::min(range.low, std::max(roomy.low, unprivileged_port_start.value_or(0))),
        std::max(range.high, roomy.high)};
    // Of an even number of ports a search visits every one.
    if (wide.size() % 2 != 0 && wide.low < range.low)
        ++wide.low;
    else if (wide.size() % 2 != 0 && wide.high > range.high)
        --wide.high;
    return wide;
}

kernel::PortSettings widen_settings(const sockets::Snapshot& snapshot)
{
    const sockets::OutsideRange& outside = snapshot.outside;
    kernel::PortSettings wide = snapshot.settings;
    outside.read.for_each([&](std::uint16_t port) {
        wide.range = {std::min(wide.range.low, port), std::max(wide.range.high, port)};
    });
    wide.reserved |= outside.listening | outside.udp_without_peer;
    return wide;
}

Gain gain_of_connect(const sockets::Snapshot& snapshot, const kernel::PortSettings& wide,
                     std::size_t hidden)
{
    const Occupants occupants = find_occupants(snapshot);
    const net::PortSet added = added_ports(wide, snapshot.settings) - occupants.listening_or_bound;
    return {less((added - occupants.connected).size(), hidden), added.size()};
}

Gain gain_of_bind(const sockets::Snapshot& snapshot, const kernel::PortSettings& wide,
                  std::size_t hidden)
{
    const Occupants occupants = find_occupants(snapshot);
    const std::size_t added =
        (added_ports(wide, snapshot.settings) - occupants.listening_or_bound - occupants.connected)
            .size();
    return {less(added, hidden), added};
}

std::size_t gain_of_udp(const sockets::Snapshot& snapshot, const kernel::PortSettings& wide)
{
    return (wide.usable() - snapshot.settings.usable() - snapshot.outside.udp).size();
}

} // namespace ports
