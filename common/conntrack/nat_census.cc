#include "common/conntrack/nat_census.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace conntrack {
namespace {

/// One tuple's ports, and what is counted by range.
struct TupleCount {
    net::PortSet used;
    net::PortSet kept_open; ///< by an entry that no kernel evicts
    std::array<RangeCount, all_original_ports.size()> counts;
};

std::size_t place_of(OriginalPorts original)
{
    return static_cast<std::size_t>(original);
}

constexpr double least_shown = 0.00005; ///< of refused connections; less is printed as 0 %

bool is_worse(const NatUsage& one, const NatUsage& other)
{
    return one.share() > other.share();
}

} // namespace

bool NatCensus::is_of_nat(TupleNumber number) const
{
    return std::ranges::any_of(all_original_ports, [&](OriginalPorts original) {
        return table_.is_of_nat(number, original);
    });
}

net::PortRange NatCensus::smallest_range(TupleNumber number) const
{
    if (range_)
        return *range_;
    for (const OriginalPorts original :
         {OriginalPorts::below_1024, OriginalPorts::below_512, OriginalPorts::others}) {
        if (table_.is_of_nat(number, original))
            return default_range(original);
    }
    return default_range(OriginalPorts::others);
}

std::vector<NatUsage> NatCensus::find_worst(std::vector<TupleNumber> candidates,
                                            std::size_t rows) const
{
    // Each batch is a look at all mappings. The first few are nearly always enough; each takes
    // 16 KiB while it is counted.
    constexpr std::size_t first_batch = 8;
    constexpr std::size_t largest_batch = 64;
    const auto most_share = [&](TupleNumber number) {
        return static_cast<double>(table_.mappings(number)) /
               static_cast<double>(smallest_range(number).size());
    };
    std::ranges::sort(candidates, [&](TupleNumber one, TupleNumber other) {
        return std::pair(most_share(other), one) < std::pair(most_share(one), other);
    });

    rows = std::max<std::size_t>(rows, 1);
    std::vector<NatUsage> worst;
    std::optional<NatUsage> surest; // of those that refuse, by the least share
    std::optional<NatUsage> most;   // by the most
    const auto can_matter = [&](TupleNumber number) {
        return worst.size() < rows || most_share(number) > worst[rows - 1].share() ||
               most_failed_searches(smallest_range(number), table_.mappings(number)) >
                   std::max(surest->refused.least, least_shown);
    };
    std::size_t at_once = first_batch;
    for (std::size_t next = 0; next < candidates.size();) {
        std::vector<TupleNumber> batch;
        for (; next < candidates.size() && batch.size() < at_once; ++next) {
            if (can_matter(candidates[next]))
                batch.push_back(candidates[next]);
        }
        at_once = largest_batch;
        for (NatUsage& usage : count(batch)) {
            if (!surest || usage.refused.least > surest->refused.least)
                surest = usage;
            if (!most || usage.refused.most > most->refused.most)
                most = usage;
            worst.push_back(std::move(usage));
        }
        std::ranges::stable_sort(worst, is_worse);
        if (worst.size() > rows)
            worst.resize(rows);
    }
    for (const std::optional<NatUsage>& refusing : {surest, most}) {
        const auto is_same = [&](const NatUsage& usage) {
            return usage.number == refusing->number && usage.range == refusing->range;
        };
        if (refusing && refusing->refused.most > 0 && std::ranges::none_of(worst, is_same))
            worst.push_back(*refusing);
    }
    return worst;
}

std::vector<NatUsage> NatCensus::count(const std::vector<TupleNumber>& numbers) const
{
    constexpr auto no_place = static_cast<std::uint8_t>(-1);
    std::vector<TupleCount> tuples(numbers.size());
    std::vector<std::uint8_t> places(table_.tuples(), no_place);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        places[numbers[i]] = static_cast<std::uint8_t>(i);
        for (RangeCount& count : tuples[i].counts)
            count.reserve(table_.mappings(numbers[i]));
    }
    table_.for_each([&](const Mapping& mapping) {
        const std::uint8_t place = places[mapping.tuple];
        if (place == no_place)
            return;
        TupleCount& tuple = tuples[place];
        tuple.used.insert(mapping.port);
        if (mapping.is_evictable == 0)
            tuple.kept_open.insert(mapping.port);
        for (const OriginalPorts original : all_original_ports) {
            if (range_of(original).contains(mapping.port))
                tuple.counts.at(place_of(original)).add_state(mapping);
        }
        const OriginalPorts own =
            range_ ? OriginalPorts::others : original_ports_of(mapping.original_port);
        if (mapping.is_source_changed != 0)
            tuple.counts.at(place_of(own)).add_source(mapping, range_);
    });

    std::vector<NatUsage> usages;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const TupleCount& tuple = tuples[i];
        for (const OriginalPorts original : all_original_ports) {
            const RangeCount& count = tuple.counts.at(place_of(original));
            if (!count.has_sources())
                continue;
            NatUsage usage = summarize(count, tuple.used, tuple.kept_open, range_of(original));
            usage.number = numbers[i];
            usage.tuple = table_.tuple(numbers[i]);
            usages.push_back(std::move(usage));
        }
    }
    return usages;
}

NatUsage NatCensus::summarize(const RangeCount& count, const net::PortSet& used,
                              const net::PortSet& kept_open, net::PortRange range) const
{
    NatUsage usage;
    usage.range = range;
    usage.used = used_in(used, range);
    usage.established = count.established();
    usage.time_wait = count.time_wait();
    usage.other = count.other();
    const std::chrono::milliseconds keeps = time_wait_length_;
    usage.close_rate = ports::present_rates(count.closes(), {keeps, keeps}).time_wait;
    usage.projected = usage.used - std::min(usage.used, usage.time_wait) +
                      static_cast<std::size_t>(std::llround(
                          usage.close_rate * static_cast<double>(time_wait_length_.count())));
    usage.keeps_ports = count.keeps_ports();
    if (most_failed_searches(range, usage.used) >= least_shown) {
        const double searching = count.share_that_searches(used);
        usage.refused = share_of_failed_searches(range, used, used - kept_open);
        usage.refused.least *= searching;
        usage.refused.most *= searching;
    }
    constexpr std::size_t told_clients = 3;
    const auto clients = count.count_clients();
    usage.clients = clients.size();
    for (std::size_t i = 0; i < std::min(told_clients, clients.size()); ++i)
        usage.worst_clients.emplace_back(table_.client(clients[i].first), clients[i].second);
    usage.picked_elsewhere = count.find_contradiction(range);
    return usage;
}

} // namespace conntrack
