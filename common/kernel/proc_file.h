// Files of /proc, read as the kernel wants them read.
#pragma once

#include <optional>
#include <string>

namespace kernel {

/// The whole text of the file at `path`. Throws std::runtime_error with the path and the reason.
std::string read_proc_file(const std::string& path);

/// The same, or nothing if this kernel has no such file.
std::optional<std::string> read_proc_file_if_present(const std::string& path);

} // namespace kernel
