// What check_ephemeral_ports says of itself, to its users and to schedulers.
#pragma once

#include "common/plugin/description.h"

namespace checks {

plugin::Description describe_ports();

/// The tuples.
plugin::TableMeaning ports_table();

} // namespace checks
