// The option `--if-nobody-binds`: how bad it is that bind() gets no TCP port on a host where no
// program seems to call it (binder_inquiry.h).
#pragma once

#include <string>

#include "common/plugin/options.h"

namespace checks {

enum class IfNobodyBinds { warning, critical };

inline plugin::Option if_nobody_binds_option(IfNobodyBinds& target)
{
    return plugin::choice_option(
        "if-nobody-binds",
        "if bind() has too few TCP ports, but no socket here is bound only or was bound before it "
        "connected: be WARNING at most (warning), or CRITICAL all the same (critical)",
        plugin::Choices<IfNobodyBinds>{{"warning", IfNobodyBinds::warning},
                                       {"critical", IfNobodyBinds::critical}},
        target);
}

inline std::string tell_nobody_binds()
{
    return "No TCP socket here is bound only, or was bound before it connected. So nothing here "
           "seems to call bind(), and its lack of ports is WARNING at most (CRITICAL with "
           "--if-nobody-binds=critical). check_ephemeral_ports judges what connect() has left.";
}

} // namespace checks
