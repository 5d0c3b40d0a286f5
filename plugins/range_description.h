// What check_ephemeral_range says of itself, to its users and to schedulers.
#pragma once

#include "common/plugin/description.h"

namespace checks {

plugin::Description describe_range();

/// The services in the range.
plugin::TableMeaning range_table();
plugin::TableMeaning range_owners_table();

} // namespace checks
