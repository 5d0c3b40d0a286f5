// What check_ephemeral_ports says of itself, to its users and to schedulers.
#pragma once

#include "common/plugin/description.h"

namespace checks {

plugin::Description describe_ports();

} // namespace checks
