#include "common/conntrack/range_count.h"

#include <algorithm>

namespace conntrack {

void RangeCount::add_source(const Mapping& mapping, const std::optional<net::PortRange>& rule)
{
    clients_.push_back(mapping.client);
    if (rule && !rule->contains(mapping.original_port))
        ++from_elsewhere_;
    else {
        ++originals_[mapping.original_port / bucket_ports];
        lowest_original_ = std::min(lowest_original_, mapping.original_port);
        highest_original_ = std::max(highest_original_, mapping.original_port);
    }
    if (mapping.port == mapping.original_port) {
        ++kept_;
        return;
    }
    // The gateway's own, whose port another connection had: no rule picked the new one
    // (nf_nat_alloc_null_binding()).
    if (mapping.is_address_changed == 0)
        return;
    ++picked_;
    lowest_picked_ = std::min(lowest_picked_, mapping.port);
    highest_picked_ = std::max(highest_picked_, mapping.port);
}

void RangeCount::add_state(const Mapping& mapping)
{
    switch (static_cast<State>(mapping.state)) {
    case State::established:
        ++established_;
        break;
    case State::time_wait:
        ++time_wait_;
        if (mapping.age < ports::longest_window)
            ++closes_.time_wait[mapping.age];
        break;
    case State::other:
        ++other_;
        break;
    }
}

bool RangeCount::is_random() const
{
    constexpr std::size_t enough = 20;
    constexpr std::size_t one_in = 20;
    const std::size_t could_keep = clients_.size() - from_elsewhere_;
    return could_keep >= enough && kept_ * one_in < could_keep;
}

double RangeCount::share_that_searches(const net::PortSet& used) const
{
    if (is_random() || clients_.empty())
        return 1;
    auto searching = static_cast<double>(from_elsewhere_);
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        if (originals_[bucket] == 0)
            continue;
        const std::size_t first = std::max<std::size_t>(bucket * bucket_ports, lowest_original_);
        const std::size_t last =
            std::min<std::size_t>((bucket + 1) * bucket_ports - 1, highest_original_);
        const net::PortRange part = {static_cast<std::uint16_t>(first),
                                     static_cast<std::uint16_t>(last)};
        searching += originals_[bucket] * static_cast<double>(used_in(used, part)) /
                     static_cast<double>(part.size());
    }
    return searching / static_cast<double>(clients_.size());
}

std::optional<net::PortRange> RangeCount::find_contradiction(net::PortRange range) const
{
    // Fifty random ports span 87 % of their range in 99 of 100 cases.
    constexpr std::size_t enough = 50;
    constexpr double expected_span = 0.87;
    if (picked_ == 0)
        return std::nullopt;
    const net::PortRange picked = {lowest_picked_, highest_picked_};
    const bool is_beyond = !range.contains(picked.low) || !range.contains(picked.high);
    const bool is_narrow =
        picked_ >= enough &&
        static_cast<double>(picked.size()) < expected_span * static_cast<double>(range.size());
    return is_beyond || is_narrow ? std::optional(picked) : std::nullopt;
}

std::vector<std::pair<ClientNumber, std::size_t>> RangeCount::count_clients() const
{
    std::vector<std::size_t> connections;
    for (const ClientNumber client : clients_) {
        if (client >= connections.size())
            connections.resize(std::size_t{client} + 1);
        ++connections[client];
    }
    std::vector<std::pair<ClientNumber, std::size_t>> counts;
    for (ClientNumber client = 0; client < connections.size(); ++client) {
        if (connections[client] > 0)
            counts.emplace_back(client, connections[client]);
    }
    std::ranges::stable_sort(
        counts, [](const auto& one, const auto& other) { return one.second > other.second; });
    return counts;
}

std::size_t used_in(const net::PortSet& used, net::PortRange range)
{
    net::PortSet ports;
    ports.insert(range);
    return (ports & used).size();
}

} // namespace conntrack
