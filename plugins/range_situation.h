// What check_ephemeral_range found, and what it says: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/kernel/port_settings.h"
#include "common/plugin/report.h"
#include "common/ports/services.h"
#include "plugins/live_owners.h"

namespace checks {

/// RFC 6335, section 6: the Dynamic Ports, also known as Private or Ephemeral Ports.
constexpr net::PortRange dynamic_ports = {49152, 65535};

struct RangeSituation {
    ports::Services services;
    kernel::PortSettings settings;
    std::optional<std::uint16_t> unprivileged_port_start; ///< nothing if the kernel has none
    LiveOwners owners = {}; ///< of the services in the range, if they were looked for
};

struct RangeJudgement {
    plugin::Thresholds size;
    plugin::Thresholds services;
    bool rfc6335 = false; ///< warn if the range leaves the Dynamic Ports
};

/// The owners of the services in the range.
LiveOwners name_services_owners(const sockets::Snapshot& snapshot, const ports::Services& services);

plugin::Report report_range(const RangeSituation& situation, const RangeJudgement& judgement);

/// One line on ip_unprivileged_port_start, for `-v`.
std::string tell_privileged_ports(const RangeSituation& situation);

} // namespace checks
