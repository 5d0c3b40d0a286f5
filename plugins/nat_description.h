// What check_ephemeral_nat says of itself.
#pragma once

#include "common/plugin/description.h"

namespace checks {

plugin::TableMeaning nat_table();
plugin::TableMeaning nat_clients_table();
plugin::Description describe_nat();

} // namespace checks
