#include "common/ports/by_tuple.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "common/net/port_set.h"
#include "common/sockets/huge_pages.h"

namespace ports {
namespace {

using sockets::Connection;

/// Which of a few lists a tuple's connections belong to. Each list has a number, and what is not
/// wanted has 0. A number is a byte, as there may be a million tuples. The lists from the 255th on
/// share the last number and are told apart by a search.
class Lists {
public:
    Lists(const sockets::Connections& connections, const std::vector<sockets::TupleNumber>& tuples)
        : tuples_(&tuples), numbers_(connections)
    {
        for (std::size_t i = 0; i < tuples.size(); ++i) {
            if (numbers_.contains(tuples[i]))
                numbers_[tuples[i]] =
                    static_cast<std::uint8_t>(std::min<std::size_t>(i + 1, further));
        }
    }

    [[nodiscard]] std::size_t of(sockets::TupleNumber tuple) const
    {
        const std::uint8_t number = numbers_[tuple];
        if (number != further) [[likely]]
            return number;
        const auto place = std::lower_bound(tuples_->begin(), tuples_->end(), tuple);
        return static_cast<std::size_t>(place - tuples_->begin()) + 1;
    }

private:
    static constexpr std::uint8_t further = std::numeric_limits<std::uint8_t>::max();

    const std::vector<sockets::TupleNumber>* tuples_; ///< in ascending order
    sockets::PerTuple<std::uint8_t> numbers_;
};

/// By port, in which list it was seen last.
using SeenPorts = std::vector<std::uint32_t, sockets::HugePages<std::uint32_t>>;

/// Of several connections on one port the last: from the end, what was not seen yet. `list` is the
/// number of this one.
void keep_last(std::vector<Connection>& connections, SeenPorts& seen, std::uint32_t list)
{
    const auto kept =
        std::remove_if(connections.rbegin(), connections.rend(), [&](const Connection& connection) {
            return std::exchange(seen[connection.local_port], list) == list;
        });
    connections.erase(connections.begin(), kept.base());
}

} // namespace

ConnectionsByTuple pick_tuples(const sockets::Snapshot& snapshot,
                               std::vector<sockets::TupleNumber> tuples)
{
    std::sort(tuples.begin(), tuples.end());
    tuples.erase(std::unique(tuples.begin(), tuples.end()), tuples.end());
    if (tuples.empty())
        return {};

    const Lists lists(snapshot.connections, tuples);
    std::vector<std::size_t> sizes(tuples.size() + 1);
    snapshot.connections.for_each([&](const Connection& connection) {
        if (const std::size_t list = lists.of(connection.tuple); list != 0)
            ++sizes[list];
    });
    std::vector<std::vector<Connection>> picked(sizes.size());
    for (std::size_t list = 1; list < picked.size(); ++list) {
        picked[list].reserve(sizes[list]);
        sockets::populate(picked[list].data(), sizes[list] * sizeof(Connection));
    }
    snapshot.connections.for_each([&](const Connection& connection) {
        if (const std::size_t list = lists.of(connection.tuple); list != 0)
            picked[list].push_back(connection);
    });

    SeenPorts seen(net::PortSet::all_ports);
    ConnectionsByTuple by_tuple;
    for (std::uint32_t list = 1; list < picked.size(); ++list) {
        keep_last(picked[list], seen, list);
        by_tuple.emplace_hint(by_tuple.end(), tuples[list - 1], std::move(picked[list]));
    }
    return by_tuple;
}

} // namespace ports
