// One line of advice that follows from the figures, for the administrator who was just woken up.
#pragma once

#include <string>

#include "common/kernel/port_settings.h"
#include "common/ports/census.h"

namespace ports {

/// What would help the tuple of `usage` most. True of every kernel we support, and short.
std::string advise(const TupleUsage& usage, const kernel::PortSettings& settings);

} // namespace ports
