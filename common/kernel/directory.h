// What a directory holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kernel {

/// The names in the directory at `path`, in no order; nothing, and errno, if it cannot be read.
std::optional<std::vector<std::string>> list_directory(const std::string& path);

} // namespace kernel
