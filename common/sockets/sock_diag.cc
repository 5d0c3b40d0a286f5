#include "common/sockets/sock_diag.h"

#include <netinet/in.h>

namespace sockets {

void read_udp_by_sock_diag(net::PortRange local_ports, const SocketSink& sink)
{
    kernel::NetlinkChannel channel(NETLINK_SOCK_DIAG, "sock_diag");
    std::uint32_t sequence = 1;
    channel.send(make_udp_dump_request(AF_INET, local_ports, sequence));
    receive_dump(channel, sequence, sink);
    ++sequence;
    try {
        channel.send(make_udp_dump_request(AF_INET6, local_ports, sequence));
        receive_dump(channel, sequence, sink);
    } catch (const kernel::ReaderUnavailable& error) {
        // Too late for another reader: it would hand out the IPv4 sockets again.
        throw std::runtime_error(error.what());
    }
}

} // namespace sockets
