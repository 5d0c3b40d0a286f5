#include "common/ports/by_tuple.h"

#include <algorithm>
#include <cstdint>

#include "common/net/port_set.h"

namespace ports {
namespace {

using sockets::Connection;

/// Of several connections on one port the last. `latest`: by port, room for where it stands.
void keep_last(std::vector<Connection>& connections, std::vector<std::uint32_t>& latest)
{
    for (std::uint32_t i = 0; i < connections.size(); ++i)
        latest[connections[i].local_port] = i;
    std::size_t kept = 0;
    for (std::uint32_t i = 0; i < connections.size(); ++i) {
        if (latest[connections[i].local_port] == i)
            connections[kept++] = connections[i];
    }
    connections.resize(kept);
}

} // namespace

ConnectionsByTuple pick_tuples(const sockets::Snapshot& snapshot,
                               std::vector<sockets::TupleNumber> tuples)
{
    std::sort(tuples.begin(), tuples.end());
    tuples.erase(std::unique(tuples.begin(), tuples.end()), tuples.end());

    std::vector<std::vector<Connection>> picked(tuples.size());
    if (!tuples.empty())
        snapshot.connections.for_each([&](const Connection& connection) {
            const auto place = std::lower_bound(tuples.begin(), tuples.end(), connection.tuple);
            if (place != tuples.end() && *place == connection.tuple)
                picked[static_cast<std::size_t>(place - tuples.begin())].push_back(connection);
        });

    std::vector<std::uint32_t> latest(net::PortSet::all_ports);
    ConnectionsByTuple by_tuple;
    for (std::size_t i = 0; i < tuples.size(); ++i) {
        keep_last(picked[i], latest);
        by_tuple.emplace(tuples[i], std::move(picked[i]));
    }
    return by_tuple;
}

} // namespace ports
