// conntrack::parse_procfs_line(): a line of /proc/net/nf_conntrack.
#include <netinet/in.h>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "common/conntrack/procfs.h"
#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

namespace {

using conntrack::Direction;
using conntrack::Entry;
using fuzz::promise;

std::string write_direction(const Direction& direction)
{
    return fmt::format("src={} dst={} sport={} dport={}", direction.source.address.text(),
                       direction.destination.address.text(), direction.source.port,
                       direction.destination.port);
}

/// What the file would say of the same ends.
std::string write_line(const Entry& entry)
{
    const std::string time =
        entry.expires_in ? fmt::format("{} ", entry.expires_in->count()) : std::string();
    return fmt::format("ipv4     2 tcp {} {}X {} {} mark=0 zone={} use=2", entry.protocol, time,
                       write_direction(entry.original), write_direction(entry.reply), entry.zone);
}

bool are_equal(const Direction& one, const Direction& other)
{
    return one.source.text() == other.source.text() &&
           one.destination.text() == other.destination.text();
}

void look_at(const Entry& entry)
{
    promise(entry.protocol == IPPROTO_TCP || entry.protocol == IPPROTO_UDP);
    const auto again = conntrack::parse_procfs_line(write_line(entry));
    promise(again && again->protocol == entry.protocol && again->zone == entry.zone &&
            again->expires_in == entry.expires_in && are_equal(again->original, entry.original) &&
            are_equal(again->reply, entry.reply));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::optional<Entry> entry;
    try {
        entry = conntrack::parse_procfs_line(fuzz::text_of(data, size));
    } catch (const std::invalid_argument&) {
        return 0;
    }
    if (entry)
        look_at(*entry);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return recorded_entries();
}
