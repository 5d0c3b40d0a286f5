// What is counted of the connections of one tuple of NAT that share a range of ports.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "common/conntrack/nat_table.h"
#include "common/net/port_set.h"
#include "common/ports/close_rate.h"

namespace conntrack {

class RangeCount {
public:
    /// At most so many sources will come. What is not used takes no memory.
    void reserve(std::size_t sources) { clients_.reserve(sources); }
    /// One whose source NAT changed. `rule`: its range; without one NAT keeps any port that is
    /// free.
    void add_source(const Mapping& mapping, const std::optional<net::PortRange>& rule);
    /// One whose port is of the range.
    void add_state(const Mapping& mapping);

    [[nodiscard]] bool has_sources() const { return !clients_.empty(); }
    [[nodiscard]] std::size_t established() const { return established_; }
    [[nodiscard]] std::size_t time_wait() const { return time_wait_; }
    [[nodiscard]] std::size_t other() const { return other_; }
    [[nodiscard]] const ports::RecentCloses<std::size_t>& closes() const { return closes_; }

    /// Whether the rule picks a port for every connection.
    [[nodiscard]] bool is_random() const;
    /// Whether it lets a connection have its own port if that is free.
    [[nodiscard]] bool keeps_ports() const { return kept_ > 0 && !is_random(); }
    /// The share of new connections, if they come from such ports as the present ones.
    [[nodiscard]] double share_that_searches(const net::PortSet& used) const;
    /// What NAT picked, if that contradicts `range`.
    [[nodiscard]] std::optional<net::PortRange> find_contradiction(net::PortRange range) const;
    /// With how many connections each has, most first.
    [[nodiscard]] std::vector<std::pair<ClientNumber, std::size_t>> count_clients() const;

private:
    static constexpr std::size_t bucket_ports = 256;
    static constexpr std::size_t buckets = net::PortSet::all_ports / bucket_ports;

    std::size_t established_ = 0;
    std::size_t time_wait_ = 0;
    std::size_t other_ = 0;
    ports::RecentCloses<std::size_t> closes_;
    std::array<std::uint32_t, buckets> originals_{}; ///< ports that NAT may have left as they were
    std::vector<ClientNumber> clients_;              ///< one for each whose source NAT changed
    std::uint16_t lowest_original_ = 65535;          ///< of `originals_`
    std::uint16_t highest_original_ = 0;
    std::size_t from_elsewhere_ = 0; ///< of these, from a port beyond the rule's
    std::size_t kept_ = 0;           ///< of these, with the port they came from
    std::size_t picked_ = 0;
    std::uint16_t lowest_picked_ = 65535;
    std::uint16_t highest_picked_ = 0;
};

/// How many ports of `range` are in `used`.
std::size_t used_in(const net::PortSet& used, net::PortRange range);

} // namespace conntrack
