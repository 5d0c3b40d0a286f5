// The option `--if-refused`: how bad it is if the check cannot look at what could hide a problem.
#pragma once

#include <string>

#include "common/plugin/options.h"

namespace checks {

enum class IfRefused { unknown, ok };

/// `what`: "if namespaces that could hide a problem cannot be looked into".
inline plugin::Option if_refused_option(const std::string& what, IfRefused& target)
{
    return plugin::choice_option(
        "if-refused", what + ": UNKNOWN (unknown), or judge the rest alone (ok)",
        plugin::Choices<IfRefused>{{"unknown", IfRefused::unknown}, {"ok", IfRefused::ok}}, target);
}

} // namespace checks
