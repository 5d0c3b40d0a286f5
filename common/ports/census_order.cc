// The few tuples that a report is about, picked from what may be a million.
#include "common/ports/census.h"

#include <algorithm>

namespace ports {

using sockets::TupleNumber;

TupleUsage Census::usage(TupleNumber number) const
{
    const TupleCounts& counts = counts_[number];
    TupleUsage usage = assess(number, counts, closings_of(number, counts));
    usage.number = number;
    usage.tuple = snapshot_->connections.tuple(number);
    return usage;
}

namespace {

/// The first so far: a heap with the last of them at its top, ready to be displaced.
class Shortlist {
public:
    explicit Shortlist(const Census::Selection& selection) : selection_(selection) {}

    /// `candidate` lacks its tuple, which is wanted only if all else is equal.
    template <class Completion>
    void consider(const TupleUsage& candidate, Completion complete)
    {
        const Order& order = selection_.order;
        if (selection_.most == 0)
            return;
        if (heap_.size() < selection_.most) {
            heap_.push_back(complete(candidate));
            std::push_heap(heap_.begin(), heap_.end(), order);
            return;
        }
        const TupleUsage& last = heap_.front();
        if (order.key(candidate) < order.key(last) || !order(complete(candidate), last))
            return;
        std::pop_heap(heap_.begin(), heap_.end(), order);
        heap_.back() = complete(candidate);
        std::push_heap(heap_.begin(), heap_.end(), order);
    }

    std::vector<TupleUsage> take()
    {
        std::sort_heap(heap_.begin(), heap_.end(), selection_.order);
        return std::move(heap_);
    }

private:
    Census::Selection selection_;
    std::vector<TupleUsage> heap_;
};

} // namespace

std::vector<std::vector<TupleUsage>> Census::select(const std::vector<Selection>& selections) const
{
    std::vector<Shortlist> lists(selections.begin(), selections.end());
    TupleUsage candidate;
    TupleCounts counts_of_candidate;
    counts_.for_each([&](TupleNumber number, const TupleCounts& counts) {
        if (!counts.watched || counts.connections() == 0)
            return;
        // Many tuples have one live connection each, and so the same figures.
        if (counts != counts_of_candidate || !counts.tell_all()) {
            candidate = assess(number, counts, closings_of(number, counts));
            counts_of_candidate = counts;
        }
        candidate.number = number;
        candidate.tuple = {};
        const auto complete = [&](const TupleUsage& usage) -> const TupleUsage& {
            if (usage.tuple == net::Tuple())
                candidate.tuple = snapshot_->connections.tuple(number);
            return candidate;
        };
        for (Shortlist& list : lists)
            list.consider(candidate, complete);
    });
    std::vector<std::vector<TupleUsage>> selected;
    selected.reserve(lists.size());
    for (Shortlist& list : lists)
        selected.push_back(list.take());
    return selected;
}

History Census::history(const TupleUsage& usage,
                        const std::vector<sockets::Connection>& connections) const
{
    History history(keeping_times(may_take_over(usage.reuse)));
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
    constexpr std::chrono::seconds until_asked(3);
    std::vector<sockets::Connection> old;
    for (const sockets::Connection& connection : connections) {
        const auto closing = find_closing(connection, snapshot_->settings);
        if (connection.state() == state && closing && closing->age >= rule_.delay() &&
            closing->left >= until_asked && takes_own_port(connection))
            old.push_back(connection);
    }
    std::sort(old.begin(), old.end(),
              [](const sockets::Connection& one, const sockets::Connection& other) {
                  return one.expires_in() < other.expires_in();
              });
    return old;
}

} // namespace ports
