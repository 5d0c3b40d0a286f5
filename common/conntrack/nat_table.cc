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
    tuples_.add({entry.reply.destination.address, entry.reply.source, entry.protocol, entry.zone},
                mapping, [this](TupleNumber number, const Mapping& of) { add_to(number, of); });

    if (!entry.is_source_changed() || entry.is_destination_changed())
        originals_.push_back({{entry.original.destination.address, entry.original.source,
                               entry.protocol, entry.zone},
                              entry.original.destination.port});
}

void NatTable::settle()
{
    tuples_.settle([this](TupleNumber number, const Mapping& of) { add_to(number, of); });
    for (const Original& original : originals_) {
        const std::optional<TupleNumber> number = tuples_.find(original.tuple);
        if (!number)
            continue;
        Mapping mapping{};
        mapping.state = static_cast<std::uint32_t>(State::other);
        mapping.client = number_of(original.tuple.destination.address);
        mapping.age = unknown_age;
        mapping.port = mapping.original_port = original.port;
        add_to(*number, mapping);
    }
    originals_ = {};
}

void NatTable::add_to(TupleNumber number, Mapping mapping)
{
    if (number == totals_.size())
        totals_.emplace_back();
    Total& total = totals_[number];
    ++total.mappings;
    if (mapping.is_source_changed != 0)
        total.originals |= bit_of(original_ports_of(mapping.original_port));
    mapping.tuple = number;
    mappings_.push_back(mapping);
}

ClientNumber NatTable::number_of(const net::Address& client)
{
    const ClientNumber number = clients_.number_of({client});
    if (number == most_clients)
        throw std::length_error("more clients of NAT than can be counted");
    return number;
}

} // namespace conntrack
