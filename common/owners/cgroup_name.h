// Whose a cgroup is, by its path alone: the systemd unit, or the container and its pod.
//
// A cgroup is a directory, and whoever makes it names it by a rule of its own. systemd nests slices
// and puts the unit below them (cg_path_get_unit() in its src/basic/cgroup-util.c). Docker,
// containerd, CRI-O and Podman write the container's id of 64 hexadecimal digits into the name; the
// kubelet writes the pod's UID into a directory above. If containers run in containers, the
// innermost is named: its program has the socket.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace owners {

/// Each text is empty if the path does not tell. They are untrusted: a user may name a unit.
struct CgroupName {
    std::string
        unit; ///< "pool.service"; the innermost manager's: a user's unit, not user@1000.service
    std::string container; ///< its whole id
    std::string pod;       ///< its UID, with dashes as Kubernetes shows it

    friend bool operator==(const CgroupName&, const CgroupName&) = default;
};

/// `path` below the cgroup2 mount, as in /proc/PID/cgroup: "/system.slice/pool.service".
CgroupName name_of_cgroup(std::string_view path);

/// As Docker and crictl show it: the first 12 digits.
std::string_view short_id(std::string_view container);

/// What a link in /var/log/containers says of a container.
struct PodContainer {
    std::string pod;
    std::string name_space;
    std::string container;
    std::string id;

    friend bool operator==(const PodContainer&, const PodContainer&) = default;
};

/// From the link's name, which the kubelet makes (LogSymlink() in its legacy.go):
/// POD_NAMESPACE_CONTAINER-ID.log. Nothing if it has another form.
std::optional<PodContainer> parse_container_log(std::string_view link);

} // namespace owners
