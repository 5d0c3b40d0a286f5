#include "common/ports/services.h"

#include <map>

#include <fmt/format.h>

#include "common/net/endpoint.h"

namespace ports {

namespace {

using ByPort = std::map<std::uint16_t, Service>;

void add(ByPort& services, Protocol protocol, const sockets::LocalSocket& socket)
{
    Service& service = services[socket.port];
    if (service.sockets == 0)
        service = {protocol, socket.address, socket.port, socket.user};
    ++service.sockets;
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
    for (const auto& [port, service] : tcp)
        services.in_range.push_back(service);
    for (const auto& [port, service] : udp) {
        if (service.sockets > 1)
            services.in_range.push_back(service);
        else
            ++services.udp_in_doubt;
    }
    return services;
}

std::string format_service(const Service& service)
{
    return fmt::format("{} {}", service.protocol == Protocol::tcp ? "TCP" : "UDP",
                       net::Endpoint{service.address, service.port}.text());
}

} // namespace ports
