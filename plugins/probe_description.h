// What check_ephemeral_probe says of itself, to its users and to schedulers.
#pragma once

#include "common/plugin/description.h"

namespace checks {

plugin::Description describe_probe();

/// What the kernel answered.
plugin::TableMeaning probe_table();

} // namespace checks
