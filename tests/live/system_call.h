// System calls that must succeed, or the test itself is wrong.
#pragma once

#include <cerrno>
#include <system_error>

namespace lab {

inline void check(bool good, const char* what)
{
    if (!good)
        throw std::system_error(errno, std::generic_category(), what);
}

} // namespace lab
