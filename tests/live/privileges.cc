#include "tests/live/privileges.h"

#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

} // namespace lab
