// What check_ephemeral_range says of itself, to its users and to schedulers.
#pragma once

#include "common/plugin/description.h"

namespace checks {

plugin::Description describe_range();

} // namespace checks
