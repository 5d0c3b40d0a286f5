// What check_ephemeral_namespaces says of itself.
#pragma once

#include "common/plugin/description.h"

namespace checks {

plugin::Description describe_namespaces();

/// The namespaces that were walked, the worst first.
plugin::TableMeaning namespaces_table();

} // namespace checks
