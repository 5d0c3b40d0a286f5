// How many source ports NAT has left for each of its tuples, and what share of new connections it
// refuses: the arithmetic over a NatTable.
//
// Without `random` in the rule a new connection keeps its own port if that is free, and only
// searches if it is not. The table shows whether the rule says `random`: then hardly any connection
// kept its port. The share that has to search follows from the ports that the present connections
// came from: they show how its clients choose.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "common/conntrack/nat_table.h"
#include "common/conntrack/port_search.h"
#include "common/conntrack/range_count.h"
#include "common/net/port_set.h"

namespace conntrack {

struct NatUsage {
    TupleNumber number = 0;
    NatTuple tuple;
    net::PortRange range = default_range(OriginalPorts::others);
    std::size_t used = 0; ///< ports of `range`
    std::size_t established = 0;
    std::size_t time_wait = 0;
    std::size_t other = 0;
    double close_rate = 0;     ///< a second
    std::size_t projected = 0; ///< ports used if that goes on; may pass all
    RefusedShare refused;      ///< of new connections
    bool keeps_ports = false;  ///< the rule lets a connection have its own port if that is free
    std::size_t clients = 0;
    std::vector<std::pair<net::Address, std::size_t>> worst_clients; ///< the first few, by entries
    /// What NAT picked itself, if that does not fit `range`: beyond it, or in a part of it alone.
    std::optional<net::PortRange> picked_elsewhere;

    [[nodiscard]] std::size_t left() const { return range.size() - used; }
    [[nodiscard]] double share() const
    {
        return static_cast<double>(used) / static_cast<double>(range.size());
    }
};

class NatCensus {
public:
    /// `range`: what the rule says; nothing for the kernel's own ranges.
    NatCensus(const NatTable& table, std::optional<net::PortRange> range,
              std::chrono::seconds time_wait_length)
        : table_(table), range_(range), time_wait_length_(time_wait_length)
    {
    }

    /// The tuples of NAT that `selects`.
    template <class Selector>
    [[nodiscard]] std::vector<TupleNumber> select(Selector selects) const
    {
        std::vector<TupleNumber> selected;
        for (TupleNumber number = 0; number < table_.tuples(); ++number) {
            if (is_of_nat(number) && selects(table_.tuple(number)))
                selected.push_back(number);
        }
        return selected;
    }

    /// The `rows` worst of `candidates` by used share, worst first, and behind them those that
    /// refuse the largest share at least, and at most, if they are others. One is found even if
    /// `rows` is 0.
    [[nodiscard]] std::vector<NatUsage> find_worst(std::vector<TupleNumber> candidates,
                                                   std::size_t rows) const;

private:
    [[nodiscard]] bool is_of_nat(TupleNumber number) const;
    /// The least range that may hold its ports.
    [[nodiscard]] net::PortRange smallest_range(TupleNumber number) const;
    [[nodiscard]] net::PortRange range_of(OriginalPorts original) const
    {
        return range_ ? *range_ : default_range(original);
    }
    /// Of each tuple as many as it has ranges.
    [[nodiscard]] std::vector<NatUsage> count(const std::vector<TupleNumber>& numbers) const;
    /// All but whose it is. `kept_open`: those of `used` that no kernel evicts.
    [[nodiscard]] NatUsage summarize(const RangeCount& count, const net::PortSet& used,
                                     const net::PortSet& kept_open, net::PortRange range) const;

    const NatTable& table_;
    std::optional<net::PortRange> range_;
    std::chrono::seconds time_wait_length_;
};

} // namespace conntrack
