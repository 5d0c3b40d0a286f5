#include "common/conntrack/nat_table.h"

#include <algorithm>
#include <netinet/in.h>
#include <stdexcept>

namespace conntrack {
namespace {

constexpr std::size_t most_tuples = std::size_t{1} << 26U;
constexpr std::size_t most_clients = std::size_t{1} << 24U;

} // namespace

void NatTable::add(const Entry& entry)
{
    if (entry.protocol != IPPROTO_TCP && entry.protocol != IPPROTO_UDP)
        return;
    const TupleNumber number = number_of(
        NatTuple{entry.reply.destination.address, entry.reply.source, entry.protocol, entry.zone});
    Tuple& tuple = tuples_[number];
    ++tuple.mappings;
    if (entry.is_source_changed())
        tuple.originals |= bit_of(original_ports_of(entry.original.source.port));

    Mapping mapping{};
    mapping.tuple = number;
    mapping.is_source_changed = entry.is_source_changed() ? 1 : 0;
    mapping.is_address_changed =
        entry.reply.destination.address != entry.original.source.address ? 1 : 0;
    mapping.is_evictable = entry.is_source_changed() && entry.is_evictable ? 1 : 0;
    mapping.state = static_cast<std::uint32_t>(entry.state);
    mapping.client = number_of(entry.original.source.address);
    mapping.age = unknown_age;
    if (entry.state == State::time_wait && entry.expires_in &&
        *entry.expires_in <= time_wait_length_)
        mapping.age = static_cast<std::uint32_t>(std::min<std::int64_t>(
            (time_wait_length_ - *entry.expires_in).count(), unknown_age - 1));
    mapping.port = entry.reply.destination.port;
    mapping.original_port = entry.original.source.port;
    mappings_.push_back(mapping);

    if (!entry.is_source_changed() || entry.is_destination_changed())
        originals_.push_back({{entry.original.destination.address, entry.original.source,
                               entry.protocol, entry.zone},
                              entry.original.destination.port});
}

void NatTable::settle()
{
    for (const Original& original : originals_) {
        const auto found = tuple_numbers_.find(original.tuple);
        if (found == tuple_numbers_.end())
            continue;
        Mapping mapping{};
        mapping.tuple = found->second;
        mapping.state = static_cast<std::uint32_t>(State::other);
        mapping.client = number_of(original.tuple.destination.address);
        mapping.age = unknown_age;
        mapping.port = mapping.original_port = original.port;
        mappings_.push_back(mapping);
        ++tuples_[found->second].mappings;
    }
    originals_ = {};
}

TupleNumber NatTable::number_of(const NatTuple& tuple)
{
    const auto [place, is_new] =
        tuple_numbers_.try_emplace(tuple, static_cast<TupleNumber>(tuples_.size()));
    if (is_new) {
        if (tuples_.size() == most_tuples)
            throw std::length_error("more tuples of NAT than can be counted");
        tuples_.push_back({tuple, 0, 0});
    }
    return place->second;
}

ClientNumber NatTable::number_of(const net::Address& client)
{
    const auto [place, is_new] =
        client_numbers_.try_emplace(client, static_cast<ClientNumber>(clients_.size()));
    if (is_new) {
        if (clients_.size() == most_clients)
            throw std::length_error("more clients of NAT than can be counted");
        clients_.push_back(client);
    }
    return place->second;
}

} // namespace conntrack
