// One line of advice that follows from the figures, for the administrator who was just woken up.
#pragma once

#include <cstddef>
#include <string>

#include "common/kernel/port_settings.h"
#include "common/ports/tuple_usage.h"

namespace ports {

/// What would help the tuple of `usage` most, if `held` ports are held. True of every kernel we
/// support, and short.
std::string advise(const TupleUsage& usage, std::size_t held, const kernel::PortSettings& settings);

} // namespace ports
