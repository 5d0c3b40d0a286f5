// The network namespaces of this host: which there are, and how to get into one.
//
// A namespace lives as long as a process is in it or a file refers to it. Its processes have it at
// /proc/PID/ns/net; `ip netns`, Docker and others keep a mount of it (type nsfs in mountinfo). One
// that only an open descriptor keeps alive cannot be found. A process is in the namespace of its
// first thread.
//
// /proc/PID/ns/net is refused to whoever may not trace the process (proc_ns_get_link()). But
// /proc/PID/net is not, and its files have an inode number for each namespace (proc_net_ns_ops), so
// that a namespace can be told from another, and its counters read, without privilege.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace kernel {

struct NetworkNamespace {
    std::uint64_t number = 0;     ///< its inode's, as `lsns` shows it; 0 if it is refused to us
    std::string path;             ///< by which it is entered; empty if it is refused to us
    std::vector<pid_t> processes; ///< in it, ascending; none if only a mount keeps it
    std::string mount;            ///< where it is mounted; empty if it is not
    bool is_own = false;          ///< this process was in it when it looked

    [[nodiscard]] bool is_refused() const { return path.empty(); }
};

struct NetworkNamespaces {
    std::vector<NetworkNamespace> all;

    /// /proc hides other users' processes (proc(5), hidepid), so that namespaces may be missing.
    bool hides_processes = false;
};

/// Throws std::runtime_error if /proc cannot be read.
NetworkNamespaces find_network_namespaces();

/// Of the text of /proc/self/mountinfo: each network namespace that is mounted, its number and the
/// mount point. Lines of other forms are other file systems'.
struct NamespaceMount {
    std::uint64_t number = 0;
    std::string path;
};
std::vector<NamespaceMount> parse_namespace_mounts(std::string_view mountinfo);

/// How the attempt to get into a namespace ended.
enum class Entry { entered, gone, refused };

/// Takes this process, which must have no other thread, into `target`; there is no way back but by
/// the same call. Throws std::runtime_error if it fails in another way than `Entry` has.
Entry enter(const NetworkNamespace& target);

} // namespace kernel
