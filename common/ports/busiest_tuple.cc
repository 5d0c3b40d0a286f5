#include "common/ports/busiest_tuple.h"

#include <cstdint>
#include <utility>

#include "common/ports/held_ports.h"

namespace ports {
namespace {

/// The kernel's table changes while it is dumped, so a connection can be in a dump twice. A tuple
/// has one connection on a port.
std::size_t count_ports(const sockets::Connections& connections, sockets::TupleNumber tuple,
                        const net::PortSet& counted)
{
    net::PortSet ports;
    connections.for_each([&](const sockets::Connection& connection) {
        if (connection.tuple == tuple && counted.contains(connection.local_port))
            ports.insert(connection.local_port);
    });
    return ports.size();
}

} // namespace

std::optional<BusiestTuple> find_busiest_tuple(const sockets::Snapshot& snapshot)
{
    const net::PortSet counted = snapshot.settings.found_by_tcp() - listening_ports(snapshot);
    sockets::PerTuple<std::uint32_t> counts(snapshot.connections);
    snapshot.connections.for_each([&](const sockets::Connection& connection) {
        if (counted.contains(connection.local_port))
            ++counts[connection.tuple];
    });

    std::optional<BusiestTuple> busiest;
    sockets::TupleNumber busiest_number = 0;
    std::as_const(counts).for_each([&](sockets::TupleNumber number, std::uint32_t connections) {
        if (connections == 0 || (busiest && connections < busiest->connections))
            return;
        const net::Tuple tuple = snapshot.connections.tuple(number);
        if (busiest && connections == busiest->connections && busiest->tuple < tuple)
            return;
        busiest = {tuple, connections};
        busiest_number = number;
    });
    if (busiest)
        busiest->connections = count_ports(snapshot.connections, busiest_number, counted);
    return busiest;
}

} // namespace ports
