#include "common/ports/supposition.h"

#include <algorithm>
#include <set>
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
      own_(snapshot.settings), without_time_waits_(snapshot.settings)
{
    std::set<sockets::TupleNumber> both;
    for (const net::Tuple& one : {tuple_, twin_}) {
        if (const auto number = snapshot.connections.find(one))
            both.insert(*number);
    }
    for (const sockets::TupleNumber number : both) {
        const auto found = picked.find(number);
        add(number,
            found != picked.end() ? found->second : pick_tuples(snapshot, {number}).at(number));
    }
}

/// What a listener accepted has no port of its own.
void Supposition::add(sockets::TupleNumber number, std::vector<Connection> connections)
{
    const net::PortSet listening = listening_ports(*snapshot_);
    const net::Tuple tuple = snapshot_->connections.tuple(number);
    std::erase_if(connections, [&](const Connection& connection) {
        return listening.contains(connection.local_port);
    });
    own_.connections.add(tuple, connections);
    std::erase_if(connections, [](const Connection& connection) {
        return connection.state() == sockets::SocketState::time_wait;
    });
    without_time_waits_.connections.add(tuple, connections);
}

Outlook Supposition::with_held(const HeldPorts& held, TimeWaits time_waits) const
{
    return count(time_waits == TimeWaits::kept ? own_ : without_time_waits_, held, {});
}

Outlook Supposition::with_reuse(const kernel::PortSettings& settings) const
{
    sockets::Snapshot imagined = own_;
    imagined.settings = settings;
    return count(imagined, census_->held(), true);
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
