#include "common/ports/by_tuple.h"

#include <algorithm>

namespace ports {
namespace {

using sockets::Connection;

/// Of several connections on one port keeps the last.
void sort_by_port(std::vector<Connection>& connections)
{
    std::reverse(connections.begin(), connections.end());
    std::stable_sort(connections.begin(), connections.end(),
                     [](const Connection& one, const Connection& other) {
                         return one.local_port < other.local_port;
                     });
    const auto end = std::unique(connections.begin(), connections.end(),
                                 [](const Connection& one, const Connection& other) {
                                     return one.local_port == other.local_port;
                                 });
    connections.erase(end, connections.end());
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

    ConnectionsByTuple by_tuple;
    for (std::size_t i = 0; i < tuples.size(); ++i) {
        sort_by_port(picked[i]);
        by_tuple.emplace(tuples[i], std::move(picked[i]));
    }
    return by_tuple;
}

} // namespace ports
