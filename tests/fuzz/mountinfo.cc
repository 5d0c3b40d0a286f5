// owners::find_cgroup2_mount() and kernel::parse_namespace_mounts(): /proc/self/mountinfo. Whoever
// mounts names the place.
#include <algorithm>

#include <fmt/format.h>

#include "common/kernel/network_namespaces.h"
#include "common/owners/cgroup_tree.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;

/// As the kernel writes a path: seq_path() escapes these four. A path has no NUL.
std::string mangle(std::string_view path)
{
    std::string mangled;
    for (const char byte : path) {
        if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\\')
            mangled += fmt::format("\\{:03o}", static_cast<unsigned>(byte));
        else
            mangled += byte;
    }
    return mangled;
}

void test_any(std::string_view text)
{
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    promise(owners::find_cgroup2_mount(text).value_or("").size() <= text.size());
    const auto mounts = kernel::parse_namespace_mounts(text);
    promise(mounts.size() <= lines);
    for (const kernel::NamespaceMount& mount : mounts)
        promise(mount.path.size() <= text.size());
}

/// A mount is found by the path that it was made with, whatever that is, and whatever stands
/// behind.
void test_path(std::string_view path, std::string_view more)
{
    const std::string cgroup =
        fmt::format("29 23 0:26 / {} rw shared:4 - cgroup2 cgroup2 rw\n{}", mangle(path), more);
    promise(owners::find_cgroup2_mount(cgroup) == path);
    const std::string name_space =
        fmt::format("36 25 0:4 net:[4026532281] {} rw - nsfs nsfs rw\n{}", mangle(path), more);
    const auto mounts = kernel::parse_namespace_mounts(name_space);
    promise(!mounts.empty() && mounts.front().path == path && mounts.front().number == 4026532281U);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    test_any(text);
    const std::string_view name = text.substr(0, text.find('\0'));
    test_path(fmt::format("/{}", name), text.substr(name.size()));
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"sys/fs/cgroup", "run/netns/a b\\c\n\td",
            "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n"
            "29 23 0:26 / /sys/fs/cgroup/unified rw,nosuid shared:4 - cgroup2 cgroup2 rw\n",
            "36 25 0:4 net:[4026532281] /run/netns/blue\\040sea rw shared:5 - nsfs nsfs rw\n"
            "37 25 0:4 mnt:[4026532282] /run/x rw - nsfs nsfs rw\n"};
}
