#include "common/ports/census.h"

#include <algorithm>
#include <cmath>

#include "common/ports/closing.h"

namespace ports {

using sockets::Connection;
using sockets::SocketState;
using sockets::TupleNumber;

Census::Census(const sockets::Snapshot& snapshot, HeldPorts held, TimeWaitPolicy policy,
               const Watch& watch)
    : snapshot_(&snapshot), held_(std::move(held)), usable_(snapshot.settings.found_by_tcp()),
      range_size_(usable_.size()), rule_(snapshot.settings, policy), counts_(snapshot.connections)
{
    usable_ -= listening_ports(snapshot);
    classify_tuples(watch);
    std::array<RecentCloses<std::size_t>, 2> recent; // of tuples that may reuse, and that do not
    snapshot.connections.for_each([&](const Connection& connection) {
        if (!usable_.contains(connection.local_port))
            return;
        TupleCounts& counts = counts_[connection.tuple];
        const auto closing = find_closing(connection, snapshot.settings);
        count(connection, closing, counts);
        if (!closing || !counts.watched)
            return;
        const bool may_reuse = counts.reuse != Reuse::never;
        recent[may_reuse ? 0 : 1].add(*closing);
        hangs_on_reuse_ = hangs_on_reuse_ || may_reuse;
    });
    close_rate_ = present_rates(recent[0], keeping_times(true, true)).all() +
                  present_rates(recent[1], keeping_times(false, false)).all();
    count_twins();
}

void Census::classify_tuples(const Watch& watch)
{
    counts_.for_each([&](TupleNumber number, TupleCounts& counts) {
        const net::Tuple tuple = snapshot_->connections.tuple(number);
        counts.reuse = rule_.of(tuple);
        counts.watched = watch.covers(tuple);
        if (tuple.device == 0 || !counts.watched)
            return;
        net::Tuple twin = tuple;
        twin.device = 0;
        if (const auto twin_number = snapshot_->connections.find(twin))
            twins_.emplace_back(number, *twin_number);
    });
}

void Census::count(const Connection& connection, const std::optional<Closing>& closing,
                   TupleCounts& counts) const
{
    switch (connection.state()) {
    case SocketState::established:
        ++counts.established;
        break;
    case SocketState::time_wait:
        ++counts.time_wait;
        break;
    default:
        ++counts.other;
    }
    if (held_.known.contains(connection.local_port)) {
        ++counts.on_held;
        return;
    }
    if (!closing)
        return;
    counts.recent.add(*closing);
    const bool old = closing->age >= rule_.delay();
    if (closing->is_time_wait)
        ++(old ? counts.old_time_wait : counts.young_time_wait);
    else
        ++(old ? counts.old_fin_wait2 : counts.young_fin_wait2);
}

void Census::count_twins()
{
    std::vector<TupleNumber> tuples;
    for (const auto& [number, twin] : twins_)
        tuples.insert(tuples.end(), {number, twin});
    const ConnectionsByTuple connections = pick_tuples(*snapshot_, std::move(tuples));
    const auto keeps_port = [&](const Connection& connection) {
        const auto closing = find_closing(connection, snapshot_->settings);
        if (!takes_own_port(connection))
            return false;
        return !closing || !closing->is_time_wait ||
               counts_[connection.tuple].reuse == Reuse::never || closing->age < rule_.delay();
    };
    for (const auto& [number, twin] : twins_) {
        net::PortSet own;
        for (const Connection& connection : connections.at(number)) {
            if (keeps_port(connection))
                own.insert(connection.local_port);
        }
        for (const Connection& connection : connections.at(twin)) {
            if (keeps_port(connection) && !own.contains(connection.local_port))
                ++counts_[number].twin;
        }
    }
}

void Census::recount(const ConnectionsByTuple& connections)
{
    for (const auto& [number, of_tuple] : connections) {
        TupleCounts& counts = counts_[number];
        TupleCounts anew;
        anew.reuse = counts.reuse;
        anew.watched = counts.watched;
        anew.twin = counts.twin;
        for (const Connection& connection : of_tuple) {
            if (usable_.contains(connection.local_port))
                count(connection, find_closing(connection, snapshot_->settings), anew);
        }
        counts = anew;
    }
}

Total Census::total() const
{
    Total total;
    total.close_rate = close_rate_;
    counts_.for_each([&](TupleNumber /*number*/, const TupleCounts& counts) {
        const std::size_t connections =
            std::size_t{counts.established} + counts.time_wait + counts.other;
        if (!counts.watched || connections == 0)
            return;
        ++total.tuples;
        total.connections += connections;
        total.time_wait += counts.time_wait;
        total.reusable += counts.reuse == Reuse::never ? 0 : counts.old_time_wait;
        total.reusable_least += counts.reuse == Reuse::certain ? counts.old_time_wait : 0;
    });
    return total;
}

TupleUsage Census::assess(const TupleCounts& counts) const
{
    const bool may_reuse = counts.reuse != Reuse::never;
    const bool may_reuse_fin_wait2 = may_reuse && takes_fin_wait2_ != false;
    const bool reuses = counts.reuse == Reuse::certain;
    const bool reuses_fin_wait2 = reuses && takes_fin_wait2_ == true;
    const auto count_if = [](bool condition, std::size_t count) { return condition ? count : 0; };

    TupleUsage usage;
    usage.established = counts.established;
    usage.time_wait = counts.time_wait;
    usage.other = counts.other;
    usage.reuse = counts.reuse;
    usage.reusable = count_if(may_reuse, counts.old_time_wait) +
                     count_if(may_reuse_fin_wait2, counts.old_fin_wait2);
    usage.held_by_others = held_.known.size() -
                           std::min<std::size_t>(held_.known.size(), counts.on_held) + counts.twin;
    usage.used = usage.connections() + usage.held_by_others - usage.reusable;

    const std::size_t surely_reusable =
        count_if(reuses, counts.old_time_wait) + count_if(reuses_fin_wait2, counts.old_fin_wait2);
    // Each port with a connection is either known to be held or in doubt, the tuple's own as well.
    usage.used_most = held_.doubtful.size() > 0 ? held_.known.size() + held_.doubtful.size()
                                                : usage.used + usage.reusable - surely_reusable;
    usage.used_most = std::max(usage.used, std::min(range_size_, usage.used_most + held_.hidden));
    project(counts, usage);
    return usage;
}

KeepingTimes Census::keeping_times(bool reuses, bool reuses_fin_wait2) const
{
    const auto length =
        std::min<std::chrono::milliseconds>(snapshot_->settings.fin_wait2_length, time_wait_length);
    return {reuses ? rule_.delay() : time_wait_length,
            reuses_fin_wait2 ? std::min(rule_.delay(), length) : length};
}

void Census::project(const TupleCounts& counts, TupleUsage& usage) const
{
    using Seconds = std::chrono::duration<double>;
    const auto ports_after = [&](std::size_t living, bool reuses, bool reuses_fin_wait2) {
        const KeepingTimes keeping = keeping_times(reuses, reuses_fin_wait2);
        const CloseRates rates = present_rates(counts.recent, keeping);
        const double closings = rates.time_wait * Seconds(keeping.time_wait).count() +
                                rates.fin_wait2 * Seconds(keeping.fin_wait2).count();
        return living + static_cast<std::size_t>(std::lround(closings));
    };
    const bool may_reuse = counts.reuse != Reuse::never;
    const std::size_t closings = std::size_t{counts.young_time_wait} + counts.old_time_wait +
                                 counts.young_fin_wait2 + counts.old_fin_wait2;
    usage.highest = usage.projected = usage.used;
    usage.projected_most = usage.used_most;
    if (closings == 0)
        return;
    const std::size_t living = usage.used - (closings - usage.reusable);
    usage.projected = ports_after(living, may_reuse, may_reuse && takes_fin_wait2_ != false);
    const bool reuses = counts.reuse == Reuse::certain;
    const std::size_t living_most = living + (held_.is_exact() ? 0 : usage.used_most - usage.used);
    usage.projected_most = std::max(
        usage.projected, ports_after(living_most, reuses, reuses && takes_fin_wait2_ == true));
    // The old closings may all stay until the new ones have come: no closing has gone yet.
    usage.highest = usage.projected + closings - usage.reusable;
}

} // namespace ports
