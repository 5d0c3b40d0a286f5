#include "common/owners/cgroup_tree.h"

#include <cerrno>
#include <deque>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "common/kernel/directory.h"
#include "common/text/number.h"

namespace owners {
namespace {

[[noreturn]] void fail(const std::string& mount)
{
    throw std::runtime_error(fmt::format("cannot list the cgroups in {}: {}", mount,
                                         std::generic_category().message(errno)));
}

/// The next word of `line`, taken off it.
std::string_view take_word(std::string_view& line)
{
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size() < line.size() ? word.size() + 1 : word.size());
    return word;
}

/// mangle_path() writes a space, a tab, a newline and a backslash as "\040" and so on.
std::string unmangle(std::string_view path)
{
    constexpr std::size_t digits = 3;
    constexpr int octal = 8;
    std::string plain;
    while (!path.empty()) {
        const bool is_escape = path.front() == '\\' && path.size() > digits;
        const auto byte = is_escape
                              ? text::find_number<unsigned char>(path.substr(1, digits), octal)
                              : std::nullopt;
        plain += byte ? static_cast<char>(*byte) : path.front();
        path.remove_prefix(byte ? digits + 1 : 1);
    }
    return plain;
}

/// Whether a cgroup has children. A directory has two links and one more for each directory in it,
/// so a leaf need not be opened.
bool has_children(const std::string& path)
{
    constexpr nlink_t links_of_a_leaf = 2;
    struct stat status = {};
    return stat(path.c_str(), &status) == 0 && status.st_nlink != links_of_a_leaf;
}

} // namespace

std::optional<std::string> find_cgroup2_mount(std::string_view mountinfo)
{
    while (!mountinfo.empty()) {
        std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
        mountinfo.remove_prefix(line.size() < mountinfo.size() ? line.size() + 1 : line.size());

        // proc(5): id, parent, device, root, mount point, options, optional fields, "-", type.
        constexpr std::string_view separator = " - ";
        const std::size_t end = line.find(separator);
        if (end == std::string_view::npos)
            continue;
        std::string_view type = line.substr(end + separator.size());
        if (take_word(type) != "cgroup2")
            continue;
        constexpr int words_before = 4;
        for (int word = 0; word < words_before; ++word)
            take_word(line);
        return unmangle(take_word(line));
    }
    return std::nullopt;
}

CgroupPaths find_cgroup_paths(const std::string& mount, std::set<std::uint64_t> wanted,
                              std::size_t most_directories)
{
    CgroupPaths paths;
    struct stat root = {};
    if (stat(mount.c_str(), &root) != 0)
        fail(mount);
    if (wanted.erase(root.st_ino) > 0)
        paths.by_id.emplace(root.st_ino, "/");

    std::deque<std::string> to_list = {""};
    for (std::size_t listed = 0; !wanted.empty() && !to_list.empty(); ++listed) {
        if (listed == most_directories) {
            paths.complete = false;
            break;
        }
        const std::string above = to_list.front();
        to_list.pop_front();
        if (!above.empty() && !has_children(mount + above))
            continue;
        const auto children = kernel::list_directory(mount + above);
        if (!children) {
            if (above.empty())
                fail(mount);
            continue;
        }
        for (const kernel::DirectoryEntry& child : *children) {
            if (!child.is_directory)
                continue;
            std::string path = fmt::format("{}/{}", above, child.name);
            if (wanted.erase(child.inode) > 0)
                paths.by_id.emplace(child.inode, path);
            to_list.push_back(std::move(path));
        }
    }
    return paths;
}

} // namespace owners
