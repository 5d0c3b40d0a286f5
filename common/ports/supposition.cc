#include "common/ports/supposition.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace ports {
namespace {

using sockets::Connection;

net::Tuple without_device(net::Tuple tuple)
{
    tuple.device = 0;
    return tuple;
}

/// The connections of `tuple` and of its twin: from `picked`, or from `snapshot`.
ConnectionsByTuple pick_both(const sockets::Snapshot& snapshot, const ConnectionsByTuple& picked,
                             const std::vector<net::Tuple>& tuples)
{
    ConnectionsByTuple both;
    std::vector<sockets::TupleNumber> missing;
    for (const net::Tuple& tuple : tuples) {
        const auto number = snapshot.connections.find(tuple);
        if (!number)
            continue;
        if (const auto found = picked.find(*number); found != picked.end())
            both.insert(*found);
        else
            missing.push_back(*number);
    }
    both.merge(pick_tuples(snapshot, std::move(missing)));
    return both;
}

} // namespace

Outlook look_out(const TupleUsage& usage, std::size_t range_size)
{
    return {range_size, range_size - std::min(range_size, usage.used),
            range_size - std::min(range_size, usage.used_most), usage.projected,
            usage.projected_most};
}

Supposition::Supposition(const sockets::Snapshot& snapshot, const Census& census,
                         const net::Tuple& tuple, const ConnectionsByTuple& picked)
    : snapshot_(&snapshot), census_(&census), tuple_(tuple), twin_(without_device(tuple)),
      own_(pick_both(snapshot, picked, {tuple_, twin_})),
      with_time_waits_(imagine(snapshot.settings, TimeWaits::kept)),
      without_time_waits_(imagine(snapshot.settings, TimeWaits::gone))
{
}

Outlook Supposition::with_held(const HeldPorts& held, TimeWaits time_waits) const
{
    return count(time_waits == TimeWaits::kept ? with_time_waits_ : without_time_waits_, held, {});
}

Outlook Supposition::with_reuse(const kernel::PortSettings& settings) const
{
    return count(imagine(settings, TimeWaits::kept), census_->held(), true);
}

/// What a listener accepted has no port of its own.
sockets::Snapshot Supposition::imagine(const kernel::PortSettings& settings,
                                       TimeWaits time_waits) const
{
    const net::PortSet listening = listening_ports(*snapshot_);
    sockets::Snapshot imagined(settings);
    for (const auto& [number, connections] : own_) {
        std::vector<Connection> kept;
        kept.reserve(connections.size());
        std::copy_if(connections.begin(), connections.end(), std::back_inserter(kept),
                     [&](const Connection& connection) {
                         return !listening.contains(connection.local_port) &&
                                (time_waits == TimeWaits::kept ||
                                 connection.state() != sockets::SocketState::time_wait);
                     });
        imagined.connections.add(snapshot_->connections.tuple(number), kept);
    }
    return imagined;
}

/// `reuse`: whether TIME_WAITs are taken over, if not as it was proved.
Outlook Supposition::count(const sockets::Snapshot& imagined, const HeldPorts& held,
                           std::optional<bool> reuse) const
{
    Census census(imagined, held, census_->policy(), {});
    if (const auto takes_fin_wait2 = census_->takes_fin_wait2())
        census.learn_fin_wait2_reuse(*takes_fin_wait2);
    for (const net::Tuple& one : {tuple_, twin_}) {
        const auto number = imagined.connections.find(one);
        if (!number)
            continue;
        const Reuse known = census_->usage(*snapshot_->connections.find(one)).reuse;
        if (reuse || known != Reuse::unproven)
            census.learn_reuse(*number, reuse.value_or(known == Reuse::certain));
    }
    const auto number = imagined.connections.find(tuple_);
    return look_out(number ? census.usage(*number) : census.new_tuple(), census.range_size());
}

} // namespace ports
