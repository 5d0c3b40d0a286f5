// Services that listen inside the range from which the kernel hands out ports.
//
// While such a service is down, connect() or bind() may give its port to somebody else, and then
// its next start fails with "Address already in use" (inet_csk_get_port(), udp_lib_get_port()).
// The kernel gives a port in ip_local_reserved_ports only to those who ask for it by number.
//
// Whether a listener asked for its port by number or for any (bind() with port 0, as RPC services
// do) is not in the dump. Nor is whether a UDP socket without a peer serves or asks: a client that
// sends without connect() looks the same. Several sockets on one port are a service if two of them
// have the same address or one has the wildcard: the kernel picks such a port for nobody
// (udp_lib_lport_inuse()), but may pick one port for two clients on two addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/net/port_set.h"
#include "common/ports/protocol.h"
#include "common/ports/socket_owners.h"
#include "common/sockets/snapshot.h"

namespace ports {

/// One port with a listener, however many sockets listen there.
struct Service {
    Protocol protocol = Protocol::tcp;
    net::Address address; ///< of the first of its sockets
    std::uint16_t port = 0;
    std::uint32_t user = 0;
    std::size_t sockets = 0;
    SocketsByOwner owners = {}; ///< of these sockets
};

struct Services {
    /// On ports that are in the range and not reserved, TCP first, by port.
    std::vector<Service> in_range;
    /// UDP sockets without a peer on such ports: each a service or a client.
    std::size_t udp_in_doubt = 0;

    /// The ports of `in_range`.
    [[nodiscard]] net::PortSet ports() const;
};

Services find_services(const sockets::Snapshot& snapshot);

/// "TCP 0.0.0.0:40010"
std::string format_service(const Service& service);

} // namespace ports
