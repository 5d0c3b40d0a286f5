// The option `--if-refused`: how bad it is that what could hide a problem may not be looked at.
#pragma once

#include <string>

#include "common/plugin/options.h"

namespace checks {

enum class IfRefused { unknown, ok };

/// `what`: "if namespaces may not be looked into that could hide a problem".
inline plugin::Option if_refused_option(const std::string& what, IfRefused& target)
{
    return plugin::choice_option(
        "if-refused", what + ": UNKNOWN (unknown), or judge the rest alone (ok)",
        plugin::Choices<IfRefused>{{"unknown", IfRefused::unknown}, {"ok", IfRefused::ok}}, target);
}

} // namespace checks
