// What a directory holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kernel {

struct DirectoryEntry {
    std::string name;
    std::uint64_t inode = 0;
    bool is_directory = false; ///< as the filesystem says without being asked; a link is none
};

/// What is in the directory at `path`, but for `.` and `..`, in no order; nothing, and errno, if it
/// cannot be read.
std::optional<std::vector<DirectoryEntry>> list_directory(const std::string& path);

} // namespace kernel
