// The completion of a check's command line in bash and zsh, from the declaration of its options.
#pragma once

#include <string>

#include "common/plugin/options.h"

namespace completion {

/// What bash-completion loads for the command `name`.
std::string format_bash(const std::string& name, const plugin::Options& options);

/// What zsh's compinit finds for it, in a file of the name `_name`.
std::string format_zsh(const std::string& name, const plugin::Options& options);

} // namespace completion
