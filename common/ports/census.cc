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
      range_size_(usable_.size()), policy_(policy), rule_(snapshot.settings, policy),
      counts_(snapshot.connections), closings_(snapshot.connections)
{
    usable_ -= listening_ports(snapshot);
    classify_tuples(watch);
    std::array<RecentCloses<std::size_t>, 2> recent; // of tuples that may reuse, and that do not
    snapshot.connections.for_each([&](const Connection& connection) {
        if (!usable_.contains(connection.local_port))
            return;
        TupleCounts& counts = counts_[connection.tuple];
        const auto closing = find_closing(connection, snapshot.settings);
        count(connection, closing, counts, closings_[connection.tuple]);
        if (!closing || !counts.watched)
            return;
        const bool may_reuse = counts.reuse != Reuse::never;
        recent[may_reuse ? 0 : 1].add(*closing);
        hangs_on_reuse_ = hangs_on_reuse_ || may_reuse;
    });
    close_rate_ = present_rates(recent[0], keeping_times({true, true})).all() +
                  present_rates(recent[1], keeping_times({})).all();
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
        if (const auto twin_number = snapshot_->connections.find(twin)) {
            twins_.emplace(number, Twin{*twin_number, {}});
            counts.has_twin = true;
        }
    });
}

// Inline because it is the work of a loop over a million connections.
[[gnu::always_inline]] inline void Census::count(const Connection& connection,
                                                 const std::optional<Closing>& closing,
                                                 TupleCounts& counts, ClosingCounts& closings) const
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
    closings.recent.add(*closing);
    const bool old = closing->age >= rule_.delay();
    if (closing->is_time_wait)
        ++(old ? closings.old_time_wait : closings.young_time_wait);
    else
        ++(old ? closings.old_fin_wait2 : closings.young_fin_wait2);
}

Claim Census::claim(const Connection& connection) const
{
    const auto closing = find_closing(connection, snapshot_->settings);
    if (!closing || closing->age < rule_.delay())
        return Claim::lasting;
    return closing->is_time_wait ? Claim::old_time_wait : Claim::old_fin_wait2;
}

void Census::count_twins()
{
    std::vector<TupleNumber> tuples;
    for (const auto& [number, twin] : twins_)
        tuples.insert(tuples.end(), {number, twin.number});
    const ConnectionsByTuple connections = pick_tuples(*snapshot_, std::move(tuples));
    for (auto& [number, twin] : twins_) {
        std::map<std::uint16_t, Claim> own;
        for (const Connection& connection : connections.at(number))
            own.emplace(connection.local_port, claim(connection));
        for (const Connection& connection : connections.at(twin.number)) {
            const auto beside = own.find(connection.local_port);
            if (takes_own_port(connection))
                twin.ports.add(beside == own.end() ? Claim::none : beside->second,
                               claim(connection));
        }
    }
}

void Census::recount(const ConnectionsByTuple& connections)
{
    for (const auto& [number, of_tuple] : connections) {
        TupleCounts& counts = counts_[number];
        const auto is_usable = [&](const Connection& connection) {
            return usable_.contains(connection.local_port);
        };
        // If each was there once, they were counted well.
        if (std::count_if(of_tuple.begin(), of_tuple.end(), is_usable) ==
            static_cast<std::ptrdiff_t>(counts.connections()))
            continue;
        TupleCounts anew;
        ClosingCounts closings;
        anew.reuse = counts.reuse;
        anew.watched = counts.watched;
        anew.has_twin = counts.has_twin;
        for (const Connection& connection : of_tuple) {
            if (is_usable(connection))
                count(connection, find_closing(connection, snapshot_->settings), anew, closings);
        }
        counts = anew;
        closings_[number] = closings;
    }
}

Total Census::total() const
{
    Total total;
    total.close_rate = close_rate_;
    counts_.for_each([&](TupleNumber number, const TupleCounts& counts) {
        const std::size_t connections = counts.connections();
        if (!counts.watched || connections == 0)
            return;
        ++total.tuples;
        total.connections += connections;
        total.time_wait += counts.time_wait;
        const std::size_t old_time_wait = closings_of(number, counts).old_time_wait;
        total.reusable += counts.reuse == Reuse::never ? 0 : old_time_wait;
        total.reusable_least += counts.reuse == Reuse::certain ? old_time_wait : 0;
    });
    return total;
}

Takeover Census::may_take_over(Reuse reuse) const
{
    const bool may = reuse != Reuse::never;
    return {may, may && takes_fin_wait2_ != false};
}

Takeover Census::surely_takes_over(Reuse reuse) const
{
    const bool does = reuse == Reuse::certain;
    return {does, does && takes_fin_wait2_ == true};
}

std::size_t Census::taken_over(const ClosingCounts& closings, const Takeover& takeover)
{
    return (takeover.time_wait ? std::size_t{closings.old_time_wait} : 0) +
           (takeover.fin_wait2 ? std::size_t{closings.old_fin_wait2} : 0);
}

TupleUsage Census::assess(TupleNumber number, const TupleCounts& counts,
                          const ClosingCounts& closings) const
{
    const Takeover may = may_take_over(counts.reuse);
    const Takeover surely = surely_takes_over(counts.reuse);
    TupleUsage usage;
    usage.established = counts.established;
    usage.time_wait = counts.time_wait;
    usage.other = counts.other;
    usage.reuse = counts.reuse;
    usage.reusable = taken_over(closings, may);
    usage.reusable_time_wait = taken_over(closings, {may.time_wait, false});
    const std::size_t held =
        held_.known.size() - std::min<std::size_t>(held_.known.size(), counts.on_held);
    std::size_t held_most = held;
    usage.held_by_others = held;
    if (counts.has_twin) {
        const Twin& twin = twins_.at(number);
        const Reuse twins_reuse = counts_[twin.number].reuse;
        usage.held_by_others += twin.ports.surely_gone(may_take_over(twins_reuse));
        held_most += twin.ports.gone(surely, surely_takes_over(twins_reuse));
    }
    usage.used = usage.connections() + usage.held_by_others - usage.reusable;

    // Each port with a connection is either known to be held or in doubt, the tuple's own as well.
    usage.used_most = held_.doubtful.size() > 0
                          ? held_.known.size() + held_.doubtful.size()
                          : usage.connections() + held_most - taken_over(closings, surely);
    usage.used_most = std::max(usage.used, std::min(range_size_, usage.used_most + held_.hidden));
    project(counts, closings, usage);
    return usage;
}

KeepingTimes Census::keeping_times(const Takeover& takeover) const
{
    const auto length =
        std::min<std::chrono::milliseconds>(snapshot_->settings.fin_wait2_length, time_wait_length);
    return {takeover.time_wait ? rule_.delay() : time_wait_length,
            takeover.fin_wait2 ? std::min(rule_.delay(), length) : length};
}

void Census::project(const TupleCounts& counts, const ClosingCounts& closings,
                     TupleUsage& usage) const
{
    using Seconds = std::chrono::duration<double>;
    const auto ports_after = [&](std::size_t living, const Takeover& takeover) {
        const KeepingTimes keeping = keeping_times(takeover);
        const CloseRates rates = present_rates(closings.recent, keeping);
        const double to_come = rates.time_wait * Seconds(keeping.time_wait).count() +
                               rates.fin_wait2 * Seconds(keeping.fin_wait2).count();
        return living + static_cast<std::size_t>(std::lround(to_come));
    };
    // At their ends the counts of the old and the young may be more than that of both.
    const std::size_t closed =
        std::min<std::size_t>(counts.time_wait,
                              std::size_t{closings.young_time_wait} + closings.old_time_wait) +
        std::min<std::size_t>(counts.other,
                              std::size_t{closings.young_fin_wait2} + closings.old_fin_wait2);
    usage.highest = usage.projected = usage.used;
    usage.projected_most = usage.used_most;
    if (closed == 0)
        return;
    const std::size_t living = usage.used - (closed - usage.reusable);
    usage.projected = ports_after(living, may_take_over(counts.reuse));
    // The old closings may all stay until the new ones have come: no closing has gone yet.
    usage.highest = usage.projected + closed - usage.reusable;

    // If their ports may be held, they may be held by closings that nobody takes over.
    const Takeover surely = held_.is_exact() ? surely_takes_over(counts.reuse) : Takeover();
    const std::size_t staying = closed - taken_over(closings, surely);
    const std::size_t living_most = usage.used_most - std::min(usage.used_most, staying);
    usage.projected_most = std::max(usage.projected, ports_after(living_most, surely));
}

} // namespace ports
