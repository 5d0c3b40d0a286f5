// From the cgroup id of a socket to the cgroup's path.
//
// The id in a sock_diag message is the inode number of a directory below the cgroup2 mount
// (inet_diag_msg_attrs_fill(), cgroup_id()). The kernel finds a cgroup by its id only for those who
// may open file handles (CAP_DAC_READ_SEARCH). Anybody may list the directories: one readdir()
// tells the ids of all children, without a stat() of each. The search is breadth-first, as services
// and containers are near the top, and ends as soon as every wanted id is found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace owners {

/// Where cgroup2 is mounted, by the text of /proc/self/mountinfo; of several mounts the first. On a
/// hybrid host that is /sys/fs/cgroup/unified. Nothing if there is only cgroup v1.
std::optional<std::string> find_cgroup2_mount(std::string_view mountinfo);

struct CgroupPaths {
    std::map<std::uint64_t, std::string> by_id; ///< "/" is the root; a removed cgroup is not here
    bool complete = true;                       ///< false if the tree is larger than the bound
};

/// The paths below `mount` of the cgroups `wanted`. Looks into `most_directories` at most. What is
/// removed meanwhile, or may not be listed, is passed over. Throws std::runtime_error if `mount`
/// itself cannot be read.
CgroupPaths find_cgroup_paths(const std::string& mount, std::set<std::uint64_t> wanted,
                              std::size_t most_directories);

} // namespace owners
