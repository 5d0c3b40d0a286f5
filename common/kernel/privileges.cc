#include "common/kernel/privileges.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <grp.h>
#include <linux/capability.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace kernel {
namespace {

using Capabilities = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

/// All are in the first of the two words.
constexpr std::uint32_t mask_of(Purpose purpose)
{
    return purpose == Purpose::tracked_connections
               ? CAP_TO_MASK(CAP_NET_ADMIN)
               : CAP_TO_MASK(CAP_SYS_ADMIN) | CAP_TO_MASK(CAP_SYS_PTRACE);
}

[[noreturn]] void fail(const char* what)
{
    throw std::runtime_error(
        fmt::format("cannot {}: {}; start it without privileges, or as root with sudo", what,
                    std::generic_category().message(errno)));
}

bool get(Capabilities& capabilities)
{
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    return syscall(SYS_capget, &header, capabilities.data()) == 0;
}

bool set(const Capabilities& capabilities)
{
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    return syscall(SYS_capset, &header, capabilities.data()) == 0;
}

/// Nothing but these is in effect.
bool put_into_effect(std::uint32_t mask)
{
    Capabilities capabilities{};
    if (!get(capabilities))
        return false;
    capabilities[0].effective = capabilities[0].permitted & mask;
    capabilities[1].effective = 0;
    return set(capabilities);
}

/// Becomes the user whom Linux shows if it has none to show: nobody's files are his. In a user
/// namespace that lacks this user (EINVAL), root is an ordinary user of the host. In a container
/// without CAP_SETUID (EPERM), root stays what it is, without any capability.
void leave_root()
{
    constexpr uid_t nobody = 65534;
    const auto expect = [](int result, const char* what) {
        if (result != 0 && errno != EINVAL && errno != EPERM)
            fail(what);
    };
    expect(setgroups(0, nullptr), "give up root's groups");
    expect(setresgid(nobody, nobody, nobody), "give up root's group");
    expect(setresuid(nobody, nobody, nobody), "give up root's user");
}

} // namespace

void keep_capabilities(Purpose purpose)
{
    Capabilities capabilities{};
    if (!get(capabilities))
        fail("read the capabilities");
    if (capabilities[0].permitted == 0 && capabilities[1].permitted == 0)
        return;
    capabilities[0] = {0, capabilities[0].permitted & mask_of(purpose), 0};
    capabilities[1] = {};
    if (!set(capabilities))
        fail("give up capabilities");
}

void keep_privileges(Purpose purpose)
{
    if (geteuid() == 0) {
        // Another user keeps what is permitted if we ask for it first (PR_SET_KEEPCAPS).
        if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
            fail("keep some capabilities");
        leave_root();
    }
    keep_capabilities(purpose);
}

Privilege find_privilege(Purpose purpose)
{
    Capabilities capabilities{};
    if (get(capabilities) && (capabilities[0].permitted & mask_of(purpose)) == mask_of(purpose))
        return Privilege::held;
    if (geteuid() == 0)
        return Privilege::none_of_root;
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? Privilege::kept_back
                                                       : Privilege::not_given;
}

RaisedPrivileges::RaisedPrivileges(Purpose purpose)
{
    put_into_effect(mask_of(purpose));
}

RaisedPrivileges::~RaisedPrivileges()
{
    put_into_effect(0);
}

} // namespace kernel
