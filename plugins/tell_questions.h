// How much a check asked the kernel, for `-v`.
#pragma once

#include <chrono>
#include <string>

#include <fmt/format.h>

#include "common/kernel/oracle.h"
#include "common/plugin/number.h"

namespace checks {

inline std::string tell_questions(const kernel::Oracle& oracle)
{
    constexpr int microsecond = 3;
    const auto milliseconds = std::chrono::duration<double, std::milli>(oracle.time()).count();
    return fmt::format("The kernel was asked {} questions in {} ms.", oracle.questions(),
                       plugin::format_number(milliseconds, microsecond));
}

} // namespace checks
