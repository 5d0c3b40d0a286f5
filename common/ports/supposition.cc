#include "common/ports/supposition.h"

#include <algorithm>
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

sockets::Socket make_socket(const net::Tuple& tuple, const Connection& connection)
{
    sockets::Socket socket;
    socket.state = connection.state();
    socket.local_port = connection.local_port;
    socket.remote_port = tuple.destination_port;
    socket.device = tuple.device;
    socket.local_address = tuple.source;
    socket.remote_address = tuple.destination;
    socket.expires_in = connection.expires_in();
    return socket;
}

/// The connections of `tuples` alone.
sockets::Snapshot pick(const sockets::Snapshot& snapshot, const std::vector<net::Tuple>& tuples)
{
    std::vector<sockets::TupleNumber> numbers;
    for (const net::Tuple& tuple : tuples) {
        if (const auto number = snapshot.connections.find(tuple))
            numbers.push_back(*number);
    }
    const net::PortSet listening = listening_ports(snapshot);
    sockets::Snapshot picked(snapshot.settings);
    for (const auto& [number, connections] : pick_tuples(snapshot, std::move(numbers))) {
        const net::Tuple tuple = snapshot.connections.tuple(number);
        for (const Connection& connection : connections) {
            if (!listening.contains(connection.local_port))
                picked.add_tcp(make_socket(tuple, connection));
        }
    }
    picked.connections.settle();
    return picked;
}

} // namespace

Outlook look_out(const TupleUsage& usage, std::size_t range_size)
{
    return {range_size, range_size - std::min(range_size, usage.used),
            range_size - std::min(range_size, usage.used_most), usage.projected,
            usage.projected_most};
}

Supposition::Supposition(const sockets::Snapshot& snapshot, const Census& census,
                         const net::Tuple& tuple)
    : snapshot_(&snapshot), census_(&census), tuple_(tuple), twin_(without_device(tuple)),
      own_(pick(snapshot, {tuple_, twin_})),
      without_time_waits_(imagine(snapshot.settings, TimeWaits::gone))
{
}

Outlook Supposition::with_held(const HeldPorts& held, TimeWaits time_waits) const
{
    return count(time_waits == TimeWaits::kept ? own_ : without_time_waits_, held, {});
}

Outlook Supposition::with_reuse(const kernel::PortSettings& settings) const
{
    return count(imagine(settings, TimeWaits::kept), census_->held(), true);
}

sockets::Snapshot Supposition::imagine(const kernel::PortSettings& settings,
                                       TimeWaits time_waits) const
{
    sockets::Snapshot imagined(settings);
    own_.connections.for_each([&](const Connection& connection) {
        if (time_waits == TimeWaits::kept || connection.state() != sockets::SocketState::time_wait)
            imagined.add_tcp(make_socket(own_.connections.tuple(connection.tuple), connection));
    });
    imagined.connections.settle();
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
