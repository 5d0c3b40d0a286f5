#include "common/conntrack/nat_table.h"

#include <algorithm>
#include <netinet/in.h>
#include <stdexcept>

namespace conntrack {
namespace {

constexpr std::size_t most_clients = std::size_t{1} << 24U;

} // namespace

NatTable::NatTable(std::chrono::seconds time_wait_length, std::size_t entries)
    : time_wait_length_(time_wait_length)
{
    constexpr std::size_t one_in = 8; // what may come while the table is read
    mappings_.reserve(sockets::HugePages<Mapping>::fill_pages(entries + entries / one_in));
}

void NatTable::add(const Entry& entry)
{
    if (entry.protocol != IPPROTO_TCP && entry.protocol != IPPROTO_UDP)
        return;
    Mapping mapping{};
    mapping.is_source_changed = entry.is_source_changed() ? 1 : 0;
    mapping.is_address_changed =
        entry.reply.destination.address != entry.original.source.address ? 1 : 0;
    mapping.is_unchanged = !entry.is_source_changed() && !entry.is_destination_changed() ? 1 : 0;
    mapping.is_evictable = entry.is_source_changed() && entry.is_evictable ? 1 : 0;
    mapping.state = static_cast<std::uint32_t>(entry.state);
    mapping.client = number_of(entry.original.source.address);
    mapping.age = unknown_age;
    if (entry.state == State::time_wait && entry.expires_in)
        mapping.age = age_of(*entry.expires_in);
    mapping.port = entry.reply.destination.port;
    mapping.original_port = entry.original.source.port;
    tuples_.add({entry.reply.destination.address, entry.reply.source, entry.protocol, entry.zone},
                mapping, [this](TupleNumber number, const Mapping& of) { add_to(number, of); });

    // If NAT changed the destination alone, too, the original can come from where a tuple leads.
    if (entry.is_destination_changed())
        renamed_.push_back({entries_, number_of(entry.original.destination.address),
                            entry.original.destination.port});
    ++entries_;
}

void NatTable::settle()
{
    tuples_.settle([this](TupleNumber number, const Mapping& of) { add_to(number, of); });
    std::vector<Mapping> further;
    const auto join = [&](const Mapping& mapping, const net::Endpoint& destination) {
        const NatTuple& reply = tuples_.key(mapping.tuple);
        const std::optional<TupleNumber> number =
            tuples_.find({destination.address,
                          {client(mapping.client), mapping.original_port},
                          reply.protocol,
                          reply.zone});
        if (!number)
            return;
        Mapping original{};
        original.tuple = *number;
        original.state = static_cast<std::uint32_t>(State::other);
        original.client = mapping.client;
        original.age = unknown_age;
        original.port = original.original_port = destination.port;
        further.push_back(original);
    };
    for (const Mapping& mapping : mappings_) {
        if (mapping.is_unchanged != 0)
            join(mapping, tuples_.key(mapping.tuple).destination);
    }
    for (const Renamed& renamed : renamed_)
        join(mappings_[renamed.mapping], {client(renamed.destination), renamed.port});
    renamed_ = {};
    for (const Mapping& original : further)
        add_to(original.tuple, original);
}

void NatTable::add_to(TupleNumber number, const Mapping& mapping)
{
    if (number == totals_.size())
        totals_.emplace_back();
    Total& total = totals_[number];
    ++total.mappings;
    if (mapping.is_source_changed != 0)
        total.originals |= bit_of(original_ports_of(mapping.original_port));
    mappings_.push_back(mapping);
    mappings_.back().tuple = number;
}

/// In whole seconds, rounded down: of what is left the kernel tells whole seconds, too.
std::uint32_t NatTable::age_of(std::chrono::seconds expires_in) const
{
    if (expires_in > time_wait_length_)
        return unknown_age;
    const std::int64_t age = (time_wait_length_ - expires_in).count() - 1;
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(age, 0, unknown_age - 1));
}

ClientNumber NatTable::number_of(const net::Address& client)
{
    const ClientNumber number = clients_.number_of({client});
    if (number == most_clients)
        throw std::length_error("more clients of NAT than can be counted");
    return number;
}

} // namespace conntrack
