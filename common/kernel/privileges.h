// The privileges of a check that needs some: a capability or two, each raised for the one call that
// needs it, and given up as soon as no further call does.
//
// Looking into another network namespace: setns() wants CAP_SYS_ADMIN (netns_install()), and
// opening another user's /proc/PID/ns/net wants CAP_SYS_PTRACE (proc_ns_get_link(),
// ptrace_may_access()). Reading the table of tracked connections wants CAP_NET_ADMIN
// (nfnetlink_rcv()). Whatever else root has, such as writing any file, is given up before anything
// is looked at (capabilities(7)).
//
// Two system calls, so no library: it would be one more to link into the static build.
#pragma once

namespace kernel {

/// What capabilities are for.
enum class Purpose { other_namespaces, tracked_connections };

/// Gives up for good every capability but these, and root's user and groups as far as there are
/// others. None is in effect afterwards. Throws std::runtime_error. Without any privilege it
/// changes nothing.
void keep_privileges(Purpose purpose);

/// The same of the capabilities alone: root stays root, who may read some files without any.
void keep_capabilities(Purpose purpose);

enum class Privilege {
    held,
    not_given,
    kept_back,   ///< by no_new_privs: a file's capabilities have no effect (prctl(2))
    none_of_root ///< a container's
};

/// Whether this process may bring the capabilities into effect, or why not.
Privilege find_privilege(Purpose purpose);

/// While it lives, the capabilities are in effect, as far as we have them; none is afterwards.
class RaisedPrivileges {
public:
    explicit RaisedPrivileges(Purpose purpose);
    ~RaisedPrivileges();
    RaisedPrivileges(const RaisedPrivileges&) = delete;
    RaisedPrivileges& operator=(const RaisedPrivileges&) = delete;
};

} // namespace kernel
