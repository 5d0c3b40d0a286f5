// The Icinga 2 CheckCommand of a check, in the style of Icinga's template library: every option a
// custom variable with its description.
#pragma once

#include <string>

#include "common/plugin/options.h"

namespace icinga2 {

/// `name` is the program's: "check_ephemeral_ports" makes the command "ephemeral_ports", whose
/// variables begin with that.
std::string format_command(const std::string& name, const plugin::Options& options);

} // namespace icinga2
