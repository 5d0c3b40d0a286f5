// What check_ephemeral_binds says of itself, to its users and to schedulers.
#pragma once

#include "common/plugin/description.h"

namespace checks {

plugin::Description describe_binds();

/// The local addresses.
plugin::TableMeaning binds_table();
plugin::TableMeaning binds_owners_table();

} // namespace checks
