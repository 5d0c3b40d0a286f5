// How many ports are left, in words: one figure if it is known, or else its two ends.
#pragma once

#include <cstddef>
#include <string>

#include <fmt/format.h>

namespace checks {

/// "34 of 64 ports left", "between 33 and 34 of 64 ports left".
inline std::string tell_ports_left(std::size_t least, std::size_t most, std::size_t range_size)
{
    return least == most
               ? fmt::format("{} of {} ports left", most, range_size)
               : fmt::format("between {} and {} of {} ports left", least, most, range_size);
}

} // namespace checks
