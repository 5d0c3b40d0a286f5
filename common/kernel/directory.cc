#include "common/kernel/directory.h"

#include <cerrno>
#include <dirent.h>
#include <memory>
#include <string_view>

namespace kernel {

std::optional<std::vector<DirectoryEntry>> list_directory(const std::string& path)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
    if (!directory)
        return std::nullopt;
    std::vector<DirectoryEntry> entries;
    while (true) {
        // It returns nothing at the end as well as if it fails.
        errno = 0;
        const dirent* const entry = readdir(directory.get());
        if (entry == nullptr)
            break;
        const std::string_view name = static_cast<const char*>(entry->d_name);
        if (name != "." && name != "..")
            entries.push_back({std::string(name), entry->d_ino, entry->d_type == DT_DIR});
    }
    if (errno != 0)
        return std::nullopt;
    return entries;
}

} // namespace kernel
