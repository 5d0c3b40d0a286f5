// What check_ephemeral_nat says below its tables: whose connections they are, what would help, and
// what the figures do not tell.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/conntrack/nat_census.h"
#include "common/conntrack/reader.h"
#include "common/kernel/privileges.h"
#include "plugins/nat_rows.h"

namespace checks {

std::string tell_clients(const conntrack::NatUsage& usage);

/// For the tuple that is in danger, and for the table if that `is_filling`.
void tell_what_helps(const std::optional<conntrack::NatUsage>& endangered, bool is_filling,
                     std::vector<std::string>& details);

void tell_limits(const std::vector<conntrack::NatUsage>& rows, Eviction eviction,
                 std::vector<std::string>& details);

/// For -v: which way the entries were read.
std::string tell_reader(const conntrack::Reading& reading);

/// How the program gets the capability that it lacks.
std::string tell_remedy(kernel::Privilege privilege);

} // namespace checks
