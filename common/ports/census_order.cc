// The few tuples that a report is about, picked from what may be a million.
#include "common/ports/census.h"

#include <algorithm>

namespace ports {

using sockets::TupleNumber;

TupleUsage Census::usage(TupleNumber number) const
{
    TupleUsage usage = assess(counts_[number]);
    usage.number = number;
    usage.tuple = snapshot_->connections.tuple(number);
    return usage;
}

std::vector<TupleUsage> Census::first(std::size_t most, Order is_before) const
{
    // A heap of the first so far, with the last of them at its top, ready to be displaced.
    std::vector<TupleUsage> heap;
    if (most == 0)
        return heap;
    counts_.for_each([&](TupleNumber number, const TupleCounts& counts) {
        if (!counts.watched || counts.established + counts.time_wait + counts.other == 0)
            return;
        const TupleUsage candidate = usage(number);
        if (heap.size() == most) {
            if (!is_before(candidate, heap.front()))
                return;
            std::pop_heap(heap.begin(), heap.end(), is_before);
            heap.pop_back();
        }
        heap.push_back(candidate);
        std::push_heap(heap.begin(), heap.end(), is_before);
    });
    std::sort_heap(heap.begin(), heap.end(), is_before);
    return heap;
}

std::vector<TupleUsage> Census::endangered(std::size_t most) const
{
    std::vector<TupleUsage> tuples = first(most, may_run_out_earlier);
    std::erase_if(tuples, [&](const TupleUsage& usage) { return usage.highest < range_size_; });
    return tuples;
}

std::vector<TupleUsage> Census::most_time_wait(std::size_t most) const
{
    std::vector<TupleUsage> tuples = first(most, has_more_time_wait);
    std::erase_if(tuples, [](const TupleUsage& usage) { return usage.time_wait == 0; });
    return tuples;
}

History Census::history(const TupleUsage& usage,
                        const std::vector<sockets::Connection>& connections) const
{
    const bool may_reuse = usage.reuse != Reuse::never;
    History history(keeping_times(may_reuse, may_reuse && takes_fin_wait2_ != false));
    for (const sockets::Connection& connection : connections) {
        const auto closing = find_closing(connection, snapshot_->settings);
        if (closing && takes_own_port(connection))
            history.add(*closing);
    }
    return history;
}

std::vector<sockets::Connection>
Census::old_closings(const std::vector<sockets::Connection>& connections,
                     sockets::SocketState state) const
{
    std::vector<sockets::Connection> old;
    for (const sockets::Connection& connection : connections) {
        const auto closing = find_closing(connection, snapshot_->settings);
        if (connection.state() == state && closing && closing->age >= rule_.delay() &&
            takes_own_port(connection))
            old.push_back(connection);
    }
    std::sort(old.begin(), old.end(),
              [](const sockets::Connection& one, const sockets::Connection& other) {
                  return one.milliseconds_left < other.milliseconds_left;
              });
    return old;
}

} // namespace ports
