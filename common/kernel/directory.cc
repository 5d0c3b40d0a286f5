#include "common/kernel/directory.h"

#include <dirent.h>
#include <memory>

namespace kernel {

std::optional<std::vector<std::string>> list_directory(const std::string& path)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
    if (!directory)
        return std::nullopt;
    std::vector<std::string> names;
    while (const dirent* const entry = readdir(directory.get()))
        names.emplace_back(entry->d_name);
    return names;
}

} // namespace kernel
