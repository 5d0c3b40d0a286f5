// What people call the owner of a socket: the pod, the container or the systemd unit of its cgroup,
// and the programs that run in it; if the cgroup does not tell, the user.
//
// No privilege is needed, and no name service is asked: getpwuid() can wait for a directory server
// that this very host cannot reach any more.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/owners/namespace_name.h"
#include "common/sockets/owner.h"

namespace owners {

/// The texts are untrusted: whoever makes a container, a unit or a process names it.
struct OwnerName {
    std::string kind; ///< "pod", "container", "unit", "cgroup" or "user"
    std::string name; ///< "shop/web-7d9c6", "3f4e8a01b2c3", "pool.service", "/a/b", "1000"
    std::vector<std::string> programs; ///< sorted; empty if they are not known

    /// "pool.service (python3)"; three programs at most.
    [[nodiscard]] std::string text() const;

    friend auto operator<=>(const OwnerName&, const OwnerName&) = default;
};

/// By the path of a cgroup below the root that is mounted, "/" for that itself, which is a
/// container that we are in.
OwnerName name_owner(std::string_view path, const PodContainers& pods);

OwnerName name_user(std::uint32_t user);

struct OwnerNames {
    std::map<sockets::Owner, OwnerName> names; ///< of all that were asked for
    std::string obstacle; ///< why some are named by their user alone; empty if none is
};

/// Looks the owners up: in the cgroup tree, the links of the kubelet, and /proc.
OwnerNames find_owner_names(const std::set<sockets::Owner>& owners);

} // namespace owners
