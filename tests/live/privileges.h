// Capabilities that a test gives to a check, or takes from it.
#pragma once

#include <array>
#include <cstdint>
#include <linux/capability.h>
#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/live/program.h"

namespace lab {

using Capabilities = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

Capabilities own_capabilities();

/// Becomes a program that root's name gives nothing, and that has the capabilities of `mask` alone,
/// all of them among the first 32.
Confinement keep_capabilities(std::uint32_t mask);

/// A copy of a program whose file has a capability, one of the first 32, permitted only: as
/// `setcap NAME+p` leaves it.
class CapableCopy {
public:
    CapableCopy(const std::string& program, unsigned capability);
    ~CapableCopy();
    CapableCopy(const CapableCopy&) = delete;
    CapableCopy& operator=(const CapableCopy&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// For a precondition: whether this file system keeps a file's capabilities, and lets them count.
boost::test_tools::assertion_result can_have_file_capabilities(boost::unit_test::test_unit_id test);

/// For a precondition: a chroot and some hosts refuse user namespaces.
boost::test_tools::assertion_result can_make_user_namespace(boost::unit_test::test_unit_id test);

} // namespace lab
