// The privileges of a check that looks into other network namespaces: two capabilities, each raised
// for the one call that needs it.
//
// setns() wants CAP_SYS_ADMIN (netns_install()), and opening another user's /proc/PID/ns/net wants
// CAP_SYS_PTRACE (proc_ns_get_link(), ptrace_may_access()). Whatever else root has, such as writing
// any file, is given up before anything is looked at (capabilities(7)).
//
// Two system calls, so no library: it would be one more to link into the static build.
#pragma once

namespace kernel {

/// Gives up for good every capability but these two, and root's user and groups as far as there are
/// others. None is in effect afterwards. Throws
/// std::runtime_error. Without any privilege it changes nothing.
void keep_namespace_privileges();

/// While it lives, the two capabilities are in effect, as far as we have them; none is afterwards.
class RaisedPrivileges {
public:
    RaisedPrivileges();
    ~RaisedPrivileges();
    RaisedPrivileges(const RaisedPrivileges&) = delete;
    RaisedPrivileges& operator=(const RaisedPrivileges&) = delete;
};

} // namespace kernel
