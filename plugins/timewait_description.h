// What check_ephemeral_timewait says of itself, to its users and to schedulers.
#pragma once

#include "common/plugin/description.h"

namespace checks {

plugin::Description describe_timewait();

/// The tuples that make the TIME_WAITs.
plugin::TableMeaning timewait_table();

} // namespace checks
