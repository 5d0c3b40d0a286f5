// The settings of this network namespace in words, for `-v`.
#pragma once

#include <string>

#include "common/kernel/port_settings.h"

namespace checks {

/// "ip_local_port_range 32768 to 60999, 28232 usable."
std::string tell_range(const kernel::PortSettings& settings);

/// The same, and what decides on TIME_WAITs.
std::string tell_settings(const kernel::PortSettings& settings);

} // namespace checks
