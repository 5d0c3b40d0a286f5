// Standard input, for a check that judges a capture: the only file that it reads for its user, so
// that sudo opens none for anybody.
#pragma once

#include <cstddef>
#include <string>

namespace plugin {

/// All of it. Throws std::runtime_error if it is a terminal, empty, longer than `most` bytes, or
/// cannot be read.
std::string read_standard_input(std::size_t most);

} // namespace plugin
