#include "common/ports/bind_cures.h"

#include <algorithm>
#include <utility>

#include "common/ports/wider_range.h"

namespace ports {
namespace {

/// For documentation (RFC 5737), so no host has it.
const net::Address further_address = net::Address::parse("192.0.2.1");

Gain gain_of_wider_range(const sockets::Snapshot& snapshot, const kernel::PortSettings& wide,
                         Protocol protocol, const HiddenPorts& hidden)
{
    if (protocol == Protocol::tcp)
        return gain_of_bind(snapshot, wide, hidden.at_most);
    const std::size_t gain = gain_of_udp(snapshot, wide);
    return {gain, gain};
}

} // namespace

Outlook look_out(const BindUsage& usage, std::size_t range_size)
{
    Outlook outlook;
    outlook.range_size = range_size;
    outlook.left = range_size - usage.used;
    outlook.left_least = range_size - usage.used_most;
    return outlook;
}

std::vector<Cure> find_bind_cures(const sockets::Snapshot& snapshot, const BindCensus& census,
                                  Protocol protocol, const HiddenPorts& hidden)
{
    const std::size_t size = census.range_size();
    const Outlook now = look_out(census.wildcard(), size);
    const kernel::PortSettings wide = widen_settings(snapshot);
    const Gain gain = gain_of_wider_range(snapshot, wide, protocol, hidden);
    Outlook wider = now;
    wider.left += gain.most;
    wider.left_least += gain.least;

    std::vector<Cure> cures = {
        {Remedy::wider_range, wider, wide},
        {Remedy::further_address, look_out(census.of(further_address), size), snapshot.settings},
        {Remedy::no_time_wait, look_out(census.without_time_wait(), size), snapshot.settings}};
    // Which of UDP's sockets are services cannot be known.
    if (protocol == Protocol::tcp)
        cures.insert(
            cures.end() - 1,
            {Remedy::no_resident, look_out(census.without_residents(), size), snapshot.settings});
    std::erase_if(cures, [&](const Cure& cure) { return !brings_enough(cure.outlook, now); });
    return cures;
}

} // namespace ports
