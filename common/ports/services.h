// Services that listen inside the range from which the kernel hands out ports.
//
// While such a service is down, connect() or bind() may give its port to somebody else, and then
// its next start fails with "Address already in use" (inet_csk_get_port(), udp_lib_get_port()).
// A port in ip_local_reserved_ports is given to nobody who does not ask for it by number.
//
// Whether a listener asked for its port by number or for any (bind() with port 0, as RPC services
// do) is not in the dump. Nor is whether a UDP socket without a peer serves or asks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/kernel/port_settings.h"
#include "common/net/port_set.h"
#include "common/sockets/socket.h"

namespace ports {

enum class Protocol { tcp, udp };

/// One port with a listener, however many sockets listen there.
struct Service {
    Protocol protocol = Protocol::tcp;
    net::Address address; ///< of the first of its sockets
    std::uint16_t port = 0;
    std::uint32_t user = 0;
    std::size_t sockets = 0;
};

class Services {
public:
    explicit Services(const kernel::PortSettings& settings) : usable_(settings.usable()) {}

    void add(Protocol protocol, const sockets::Socket& socket);

    /// On ports that are in the range and not reserved, TCP first, by port.
    [[nodiscard]] std::vector<Service> in_range() const;

    /// Their ports.
    [[nodiscard]] net::PortSet ports() const;

private:
    net::PortSet usable_;
    std::map<std::pair<Protocol, std::uint16_t>, Service> services_;
};

/// "TCP 0.0.0.0:40010"
std::string format_service(const Service& service);

} // namespace ports
