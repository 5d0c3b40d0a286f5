#include "common/ports/supposition.h"

#include <algorithm>
#include <vector>

namespace ports {
namespace {

using sockets::Connection;

net::Tuple without_device(net::Tuple tuple)
{
    tuple.device = 0;
    return tuple;
}

std::vector<sockets::TupleNumber> missing_in(const ConnectionsByTuple& picked,
                                             std::vector<sockets::TupleNumber> numbers)
{
    std::erase_if(numbers,
                  [&](sockets::TupleNumber number) { return picked.find(number) != picked.end(); });
    return numbers;
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
      further_(pick_tuples(snapshot, missing_in(picked, numbers()))), own_(find_in(picked)),
      with_time_waits_(imagine(snapshot.settings, TimeWaits::kept)),
      without_time_waits_(imagine(snapshot.settings, TimeWaits::gone))
{
}

std::vector<sockets::TupleNumber> Supposition::numbers() const
{
    std::vector<sockets::TupleNumber> numbers;
    for (const net::Tuple& tuple : {tuple_, twin_}) {
        const auto number = snapshot_->connections.find(tuple);
        if (number && (numbers.empty() || numbers.front() != *number))
            numbers.push_back(*number);
    }
    return numbers;
}

std::vector<Supposition::OfTuple> Supposition::find_in(const ConnectionsByTuple& picked) const
{
    std::vector<OfTuple> found;
    for (const sockets::TupleNumber number : numbers()) {
        const auto of_tuple = picked.find(number);
        found.push_back(of_tuple == picked.end() ? &*further_.find(number) : &*of_tuple);
    }
    return found;
}

Outlook Supposition::with_held(const HeldPorts& held, TimeWaits time_waits) const
{
    return count(time_waits == TimeWaits::kept ? with_time_waits_ : without_time_waits_, held, {});
}

Outlook Supposition::with_reuse(const kernel::PortSettings& settings) const
{
    return count(imagine(settings, TimeWaits::kept), census_->held(), true);
}

/// With the tuples' connections, but those that a listener accepted.
sockets::Snapshot Supposition::imagine(const kernel::PortSettings& settings,
                                       TimeWaits time_waits) const
{
    const net::PortSet listening = listening_ports(*snapshot_);
    sockets::Snapshot imagined(settings);
    for (const OfTuple of_tuple : own_) {
        std::vector<Connection> connections = of_tuple->second;
        std::erase_if(connections, [&](const Connection& connection) {
            return listening.contains(connection.local_port) ||
                   (time_waits == TimeWaits::gone &&
                    connection.state() == sockets::SocketState::time_wait);
        });
        imagined.connections.add(snapshot_->connections.tuple(of_tuple->first), connections);
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
