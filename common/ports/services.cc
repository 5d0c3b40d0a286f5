#include "common/ports/services.h"

#include <fmt/format.h>

#include "common/net/endpoint.h"

namespace ports {

void Services::add(Protocol protocol, const sockets::Socket& socket)
{
    const bool listens =
        socket.state == (protocol == Protocol::tcp ? sockets::SocketState::listening
                                                   : sockets::SocketState::closed);
    if (!listens || !usable_.contains(socket.local_port))
        return;
    Service& service = services_[{protocol, socket.local_port}];
    if (service.sockets == 0)
        service = {protocol, socket.local_address, socket.local_port, socket.user};
    ++service.sockets;
}

std::vector<Service> Services::in_range() const
{
    std::vector<Service> services;
    for (const auto& [key, service] : services_)
        services.push_back(service);
    return services;
}

net::PortSet Services::ports() const
{
    net::PortSet ports;
    for (const auto& [key, service] : services_)
        ports.insert(service.port);
    return ports;
}

std::string format_service(const Service& service)
{
    return fmt::format("{} {}", service.protocol == Protocol::tcp ? "TCP" : "UDP",
                       net::Endpoint{service.address, service.port}.text());
}

} // namespace ports
