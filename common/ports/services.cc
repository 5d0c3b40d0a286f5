#include "common/ports/services.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "common/net/endpoint.h"

namespace ports {

namespace {

/// The sockets of one port.
struct Sharers {
    Service service;
    std::set<net::Address> addresses;

    /// Whether the kernel would not have picked this port for all of them.
    [[nodiscard]] bool chose_it() const
    {
        return service.sockets > addresses.size() ||
               (service.sockets > 1 && std::any_of(addresses.begin(), addresses.end(),
                                                   std::mem_fn(&net::Address::is_wildcard)));
    }
};

using ByPort = std::map<std::uint16_t, Sharers>;

void add(ByPort& ports, Protocol protocol, const sockets::LocalSocket& socket)
{
    auto& [service, addresses] = ports[socket.port];
    if (service.sockets == 0)
        service = {protocol, socket.address, socket.port, socket.user};
    ++service.sockets;
    if (socket.owner != sockets::nobody)
        ++service.owners[socket.owner];
    addresses.insert(socket.address);
}

} // namespace

net::PortSet Services::ports() const
{
    net::PortSet ports;
    for (const Service& service : in_range)
        ports.insert(service.port);
    return ports;
}

Services find_services(const sockets::Snapshot& snapshot)
{
    ByPort tcp;
    ByPort udp;
    for (const sockets::LocalSocket& socket : snapshot.tcp) {
        if (socket.state == sockets::SocketState::listening)
            add(tcp, Protocol::tcp, socket);
    }
    for (const sockets::LocalSocket& socket : snapshot.udp) {
        if (socket.state == sockets::SocketState::closed)
            add(udp, Protocol::udp, socket);
    }
    Services services;
    for (const auto& [port, sharers] : tcp)
        services.in_range.push_back(sharers.service);
    for (const auto& [port, sharers] : udp) {
        if (sharers.chose_it())
            services.in_range.push_back(sharers.service);
        else
            services.udp_in_doubt += sharers.service.sockets;
    }
    return services;
}

std::string format_service(const Service& service)
{
    return fmt::format("{} {}", name_of(service.protocol),
                       net::Endpoint{service.address, service.port}.text());
}

} // namespace ports
