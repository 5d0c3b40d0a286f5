#include "common/ports/busiest_tuple.h"

#include <cstdint>
#include <utility>

#include "common/ports/held_ports.h"

namespace ports {

std::optional<BusiestTuple> find_busiest_tuple(const sockets::Snapshot& snapshot)
{
    const net::PortSet counted = snapshot.settings.found_by_tcp() - listening_ports(snapshot);
    sockets::PerTuple<std::uint32_t> counts(snapshot.connections);
    snapshot.connections.for_each([&](const sockets::Connection& connection) {
        if (counted.contains(connection.local_port))
            ++counts[connection.tuple];
    });

    std::optional<BusiestTuple> busiest;
    const auto offer = [&](sockets::TupleNumber number, std::uint32_t connections) {
        if (connections == 0 || (busiest && connections < busiest->connections))
            return;
        const net::Tuple tuple = snapshot.connections.tuple(number);
        if (!busiest || connections > busiest->connections || tuple < busiest->tuple)
            busiest = {tuple, connections};
    };
    std::as_const(counts).for_each(offer);
    return busiest;
}

} // namespace ports
