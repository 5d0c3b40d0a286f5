// What people call a network namespace: it has no name of its own.
//
// `ip netns` and others name it by the file that they mount it on. A container's or a pod's
// namespace is known by the cgroup of its processes; a pod's containers share one, and the pod's
// own name is in the links of /var/log/containers (LogSymlink() of the kubelet), which anybody may
// list. Any other namespace has at least a unit of systemd, or a process.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/kernel/network_namespaces.h"
#include "common/owners/cgroup_name.h"

namespace owners {

/// The texts are untrusted: whoever makes a container, a unit or a process names it.
struct NamespaceName {
    /// "pod", "container", "netns", "unit", "process"; empty if it is the host's, or our own and
    /// nothing tells whose that is
    std::string kind;
    std::string name; ///< "shop/web-7d9c6", "3f4e8a01b2c3", "blue", "web.service", "812 (nginx)"

    /// "pod shop/web-7d9c6"; "host"; "own".
    [[nodiscard]] std::string text() const;

    /// Whether `pattern`, as of a shell, is for text() or for `name`.
    [[nodiscard]] bool matches(const std::string& pattern) const;

    friend bool operator==(const NamespaceName&, const NamespaceName&) = default;
};

/// What tells whose a namespace is.
struct NamespaceTraces {
    bool has_first_process = false;   ///< so it is the host's, or that of the container we are in
    bool is_own = false;              ///< we were in it from the start
    std::string mount;                ///< where it is mounted; empty if it is not
    std::vector<std::string> cgroups; ///< of its first processes
    std::string process;              ///< "812 (nginx)"; empty if no process is in it
};

/// The containers in the links of /var/log/containers, which are in no order.
using PodContainers = std::vector<PodContainer>;

/// The pod, or else the container, that some of `cgroups` are of; nothing if they are of none.
std::optional<NamespaceName> name_container(const std::vector<CgroupName>& cgroups,
                                            const PodContainers& pods);

NamespaceName name_namespace(const NamespaceTraces& traces, const PodContainers& pods);

/// The path of a process in the cgroup2 tree, or else in systemd's own of cgroup v1, by the text of
/// /proc/PID/cgroup; empty if it has none.
std::string_view parse_cgroup(std::string_view text);

/// What /var/log/containers has; nothing if there is no such directory.
PodContainers list_pod_containers();

/// Looks at the first few processes of `target`.
NamespaceTraces trace_namespace(const kernel::NetworkNamespace& target);

} // namespace owners
