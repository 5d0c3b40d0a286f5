// Capabilities that a test gives to a check, or takes from it.
#pragma once

#include <array>
#include <cstdint>
#include <linux/capability.h>

#include "tests/live/program.h"

namespace lab {

using Capabilities = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

Capabilities own_capabilities();

/// Becomes a program that root's name gives nothing, and that has the capabilities of `mask` alone,
/// all of them among the first 32.
Confinement keep_capabilities(std::uint32_t mask);

} // namespace lab
