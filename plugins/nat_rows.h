// How a tuple of NAT is named and told, and the tables of check_ephemeral_nat: pure.
#pragma once

#include <string>
#include <vector>

#include "common/conntrack/nat_census.h"
#include "common/plugin/table.h"

namespace checks {

/// Whether the kernel at hand takes the ports of closed connections: unknown, never, or always.
enum class Eviction { unknown, never, always };

/// "1024-65535".
std::string text_of(net::PortRange range);

/// "from 192.0.2.1 to TCP 10.0.0.5:443".
std::string tell_tuple(const conntrack::NatUsage& usage);

/// In percent, as it is printed and judged.
conntrack::RefusedShare refused_percentage(const conntrack::NatUsage& usage, Eviction eviction);

/// "0.78%", "0.03 to 0.84%".
std::string tell_percentage(const conntrack::RefusedShare& refused);

/// Where the present rate of closes leads, in percent of the range; can pass 100.
double projected_percentage(const conntrack::NatUsage& usage);

/// The rows, and their clients.
std::vector<plugin::Table> make_nat_tables(const std::vector<conntrack::NatUsage>& rows,
                                           Eviction eviction);

} // namespace checks
