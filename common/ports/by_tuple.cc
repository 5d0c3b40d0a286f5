#include "common/ports/by_tuple.h"

#include <algorithm>
#include <cstdint>
#include <limits>

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

    // A place for each tuple there is: to search for the place of each connection cost more, since
    // the tuples come in no order.
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::vector<Connection>> picked(tuples.size());
    if (!tuples.empty()) {
        sockets::PerTuple<std::uint32_t> places(snapshot.connections, none);
        for (std::uint32_t place = 0; place < tuples.size(); ++place) {
            if (places.contains(tuples[place]))
                places[tuples[place]] = place;
        }
        // Counted first: lists that grow would be copied again and again.
        std::vector<std::size_t> sizes(tuples.size());
        const auto for_each_picked = [&](auto visit) {
            snapshot.connections.for_each([&](const Connection& connection) {
                const std::uint32_t place = places[connection.tuple];
                if (place != none)
                    visit(place, connection);
            });
        };
        for_each_picked(
            [&](std::uint32_t place, const Connection& /*connection*/) { ++sizes[place]; });
        for (std::uint32_t place = 0; place < tuples.size(); ++place)
            picked[place].reserve(sizes[place]);
        for_each_picked([&](std::uint32_t place, const Connection& connection) {
            picked[place].push_back(connection);
        });
    }

    std::vector<std::uint32_t> latest(net::PortSet::all_ports);
    ConnectionsByTuple by_tuple;
    for (std::size_t i = 0; i < tuples.size(); ++i) {
        keep_last(picked[i], latest);
        by_tuple.emplace(tuples[i], std::move(picked[i]));
    }
    return by_tuple;
}

} // namespace ports
