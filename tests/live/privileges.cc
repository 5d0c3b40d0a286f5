#include "tests/live/privileges.h"

#include <cerrno>
#include <endian.h>
#include <exception>
#include <filesystem>
#include <linux/securebits.h>
#include <sched.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/live/system_call.h"

namespace lab {

Capabilities own_capabilities()
{
    Capabilities capabilities{};
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    check(syscall(SYS_capget, &header, capabilities.data()) == 0, "capget");
    return capabilities;
}

Confinement keep_capabilities(std::uint32_t mask)
{
    return [mask] {
        check(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT) == 0, "SECBIT_NOROOT");
        Capabilities capabilities{};
        capabilities[0] = {mask, mask, mask};
        __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
        check(syscall(SYS_capset, &header, capabilities.data()) == 0, "capset");
        for (unsigned capability = 0; capability < 32; ++capability) {
            if ((mask >> capability & 1U) != 0)
                check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0,
                      "PR_CAP_AMBIENT_RAISE");
        }
    };
}

CapableCopy::CapableCopy(const std::string& program, unsigned capability)
    : path_(fmt::format("{}.{}", program, getpid()))
{
    std::filesystem::copy_file(program, path_);
    vfs_cap_data data{};
    data.magic_etc = htole32(VFS_CAP_REVISION_2);
    data.data[0].permitted = htole32(CAP_TO_MASK(capability));
    if (setxattr(path_.c_str(), "security.capability", &data, XATTR_CAPS_SZ_2, 0) != 0) {
        const int error = errno;
        std::filesystem::remove(path_);
        throw std::system_error(error, std::generic_category(),
                                "cannot give " + path_ + " a capability");
    }
}

CapableCopy::~CapableCopy()
{
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

boost::test_tools::assertion_result
can_have_file_capabilities(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result can(true);
    try {
        struct statvfs system = {};
        check(statvfs(".", &system) == 0, "statvfs");
        if ((system.f_flag & ST_NOSUID) != 0)
            throw std::runtime_error("the file system here is mounted nosuid");
        const CapableCopy copy("plugins/check_ephemeral_nat", CAP_NET_ADMIN);
        if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
            throw std::runtime_error("no_new_privs is set here");
        if (!holds_in_a_child([] { return setuid(65534) == 0; }))
            throw std::runtime_error("there is no other user here to run it as");
    } catch (const std::exception& error) {
        can = false;
        can.message() << error.what();
    }
    return can;
}

boost::test_tools::assertion_result can_make_user_namespace(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result can(
        holds_in_a_child([] { return unshare(CLONE_NEWUSER) == 0; }));
    can.message() << "this host refuses user namespaces";
    return can;
}

} // namespace lab
