#include "common/owners/owner_name.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "common/kernel/proc_file.h"
#include "common/owners/cgroup_tree.h"
#include "common/owners/programs.h"

namespace owners {
namespace {

/// The root of all cgroups, which every process is in if only those of version 1 are used.
constexpr std::uint64_t root_cgroup = 1;

std::set<std::uint64_t> cgroups_of(const std::set<sockets::Owner>& owners)
{
    std::set<std::uint64_t> cgroups;
    for (const sockets::Owner& owner : owners) {
        if (owner.cgroup > root_cgroup)
            cgroups.insert(owner.cgroup);
    }
    return cgroups;
}

/// What was found in the cgroup tree, and why what is missing there has no name.
struct Lookup {
    std::string mount;
    CgroupPaths paths;
    std::string obstacle;
};

Lookup look_up(const std::set<std::uint64_t>& cgroups, const std::string& proc)
{
    constexpr std::size_t most_directories = 20000;
    try {
        const auto mount = find_cgroup2_mount(kernel::read_proc_file(proc + "/self/mountinfo"));
        if (!mount)
            return {{}, {}, "cgroup version 2 is not mounted here"};
        if (cgroups.empty())
            return {};
        CgroupPaths paths = find_cgroup_paths(*mount, cgroups, most_directories);
        const char* const obstacle =
            paths.complete ? "a cgroup that was removed, or is outside this container, has no name"
                           : "there are too many cgroups to look through";
        return {*mount, std::move(paths), obstacle};
    } catch (const std::runtime_error& error) {
        return {{}, {}, error.what()};
    }
}

/// Why the cgroup of `owner` has no name.
std::string tell_obstacle(const sockets::Owner& owner, const Lookup& lookup)
{
    if (owner.cgroup == 0)
        return "neither this kernel nor /proc/net shows a socket's cgroup";
    if (owner.cgroup == root_cgroup)
        return "they are in the root of cgroup version 2, as happens if services have cgroups of "
               "version 1 alone";
    return lookup.obstacle;
}

} // namespace

std::string OwnerName::text() const
{
    constexpr std::size_t most_programs = 3;
    std::string text = kind == "unit" || name.empty() ? name : fmt::format("{} {}", kind, name);
    if (kind == "user")
        text = "uid " + name;
    if (programs.empty())
        return text;
    const auto shown = static_cast<std::ptrdiff_t>(std::min(programs.size(), most_programs));
    text += fmt::format(" ({}", fmt::join(programs.begin(), programs.begin() + shown, ", "));
    if (programs.size() > most_programs)
        text += fmt::format(" and {} more", programs.size() - most_programs);
    return text + ')';
}

OwnerName name_owner(std::string_view path, const PodContainers& pods)
{
    if (path == "/")
        return {"container", "of this check", {}};
    const CgroupName cgroup = name_of_cgroup(path);
    if (auto container = name_container({cgroup}, pods))
        return {std::move(container->kind), std::move(container->name), {}};
    if (!cgroup.unit.empty())
        return {"unit", cgroup.unit, {}};
    return {"cgroup", std::string(path), {}};
}

OwnerName name_user(std::uint32_t user)
{
    return {"user", fmt::format("{}", user), {}};
}

OwnerNames find_owner_names(const std::set<sockets::Owner>& owners)
{
    constexpr std::size_t most_processes = 100;
    const std::string proc = "/proc";
    const Lookup lookup = look_up(cgroups_of(owners), proc);
    const PodContainers pods = list_pod_containers();

    OwnerNames found;
    for (const sockets::Owner& owner : owners) {
        const auto path = lookup.paths.by_id.find(owner.cgroup);
        if (path == lookup.paths.by_id.end()) {
            found.names.emplace(owner, name_user(owner.user));
            found.obstacle = tell_obstacle(owner, lookup);
            continue;
        }
        OwnerName name = name_owner(path->second, pods);
        name.programs = find_programs(lookup.mount + path->second, proc, most_processes);
        found.names.emplace(owner, std::move(name));
    }
    return found;
}

} // namespace owners
