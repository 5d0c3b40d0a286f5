// The census: who has taken which ports, and so how many connect() has left.
//
// __inet_hash_connect() passes a port by for the tuple T if
//   1. a connection of T is on it already, in any state but a TIME_WAIT that it may take over; or
//   2. the port is *held* (held_ports.h), so it is gone for every tuple.
// So left(T) = |usable| - |held + ports of T|. A port carries at most one connection of a tuple,
// so it takes no list of ports: a tuple's connections on ports that are not held are counted.
//
// A connection whose port has a listener was accepted there; it is nobody's ephemeral port. On
// loopback both ends are in the table, and this leaves the end that connected.
//
// A socket bound to a device cannot have the ports that the same tuple has without a device, but
// the other way round it can (inet_sk_bound_dev_eq()).
//
// Where a tuple is heading: live connections stay as they are, because whoever closes one opens the
// next. Each closing keeps its port for a known time. So as many closings will be there as come in
// that time at the present rate (close_rate.h). That is reached within a minute.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "common/net/port_set.h"
#include "common/ports/by_tuple.h"
#include "common/ports/held_ports.h"
#include "common/ports/history.h"
#include "common/ports/time_wait.h"
#include "common/ports/tuple_counts.h"
#include "common/ports/tuple_usage.h"
#include "common/ports/twin_ports.h"
#include "common/ports/watch.h"
#include "common/sockets/snapshot.h"

namespace ports {

/// The connections of all watched tuples together.
struct Total {
    std::size_t tuples = 0;
    std::size_t connections = 0;
    std::size_t time_wait = 0;
    std::size_t reusable = 0;       ///< TIME_WAITs that connect() would take over, held ports aside
    std::size_t reusable_least = 0; ///< of these, those that are certain
    double close_rate = 0;          ///< closes a second at present
};

class Census {
public:
    /// `snapshot` must outlive it.
    Census(const sockets::Snapshot& snapshot, HeldPorts held, TimeWaitPolicy policy,
           const Watch& watch);

    /// Usable ports: what a tuple without a connection would have if nothing were held.
    [[nodiscard]] std::size_t range_size() const { return range_size_; }
    [[nodiscard]] const HeldPorts& held() const { return held_; }
    [[nodiscard]] Total total() const;

    /// What a destination that nobody is connected to would find.
    [[nodiscard]] TupleUsage new_tuple() const { return assess(0, {}, {}); }

    [[nodiscard]] TupleUsage usage(sockets::TupleNumber number) const;

    /// The first `most` watched tuples in an order.
    struct Selection {
        std::size_t most = 0;
        Order order;
    };
    /// The tuples of each selection. There may be a million tuples to choose from, so several
    /// selections are made in one go.
    [[nodiscard]] std::vector<std::vector<TupleUsage>>
    select(const std::vector<Selection>& selections) const;
    [[nodiscard]] std::vector<TupleUsage> first(std::size_t most, Order order) const
    {
        return select({{most, order}}).front();
    }

    /// Whether the figures of any tuple hang on closed connections being taken over.
    [[nodiscard]] bool hangs_on_reuse() const { return hangs_on_reuse_; }

    /// Of a tuple that has `connections`.
    [[nodiscard]] History history(const TupleUsage& usage,
                                  const std::vector<sockets::Connection>& connections) const;

    /// Those of `connections` of one tuple in TIME_WAIT, or in FIN_WAIT2 without a program, that
    /// connect() may take over, the oldest first. Those that will be gone before the kernel can be
    /// asked about them are left out: on a port without them it would say nothing of them.
    [[nodiscard]] std::vector<sockets::Connection>
    old_closings(const std::vector<sockets::Connection>& connections,
                 sockets::SocketState state) const;

    /// Counts a few tuples again from their connections one by one, which are without doubles. A
    /// tuple whose connections were there once stays as it is.
    void recount(const ConnectionsByTuple& connections);

    /// What was proved of a tuple: whether connect() takes its TIME_WAITs over.
    void learn_reuse(sockets::TupleNumber number, bool taken_over)
    {
        counts_[number].reuse = taken_over ? Reuse::certain : Reuse::never;
    }
    /// What was proved of this kernel: whether connect() takes a FIN_WAIT2 over.
    void learn_fin_wait2_reuse(bool taken_over) { takes_fin_wait2_ = taken_over; }
    [[nodiscard]] std::optional<bool> takes_fin_wait2() const { return takes_fin_wait2_; }

    [[nodiscard]] TimeWaitPolicy policy() const { return policy_; }

private:
    /// The same tuple without a device, and the ports it takes away.
    struct Twin {
        sockets::TupleNumber number = 0;
        TwinPorts ports;
    };

    void classify_tuples(const Watch& watch);
    void count(const sockets::Connection& connection, const std::optional<Closing>& closing,
               TupleCounts& counts, ClosingCounts& closings) const;
    /// The ports on which a tuple without a device stands in the way of its twin with one.
    void count_twins();

    /// How a connection that takes its own port has it.
    [[nodiscard]] Claim claim(const sockets::Connection& connection) const;

    /// What connect() takes over of a tuple, as far as it is not known otherwise.
    [[nodiscard]] Takeover may_take_over(Reuse reuse) const;
    /// What it certainly does.
    [[nodiscard]] Takeover surely_takes_over(Reuse reuse) const;
    /// How many closed connections that is.
    static std::size_t taken_over(const ClosingCounts& closings, const Takeover& takeover);
    /// Of a tuple without TIME_WAIT or other states there are none, and their memory is not
    /// touched.
    [[nodiscard]] ClosingCounts closings_of(sockets::TupleNumber number,
                                            const TupleCounts& counts) const
    {
        return std::size_t{counts.time_wait} + counts.other == 0 ? ClosingCounts()
                                                                 : closings_[number];
    }
    [[nodiscard]] KeepingTimes keeping_times(const Takeover& takeover) const;
    [[nodiscard]] bool takes_own_port(const sockets::Connection& connection) const
    {
        return usable_.contains(connection.local_port) &&
               !held_.known.contains(connection.local_port);
    }
    [[nodiscard]] TupleUsage assess(sockets::TupleNumber number, const TupleCounts& counts,
                                    const ClosingCounts& closings) const;
    void project(const TupleCounts& counts, const ClosingCounts& closings, TupleUsage& usage) const;

    const sockets::Snapshot* snapshot_;
    HeldPorts held_;
    net::PortSet usable_;
    std::size_t range_size_;
    TimeWaitPolicy policy_;
    TimeWaitRule rule_;
    std::optional<bool> takes_fin_wait2_; ///< nothing until it was proved
    sockets::PerTuple<TupleCounts> counts_;
    sockets::PerTuple<ClosingCounts> closings_;
    std::map<sockets::TupleNumber, Twin> twins_; ///< of tuples on a device
    double close_rate_ = 0;
    bool hangs_on_reuse_ = false;
};

} // namespace ports
