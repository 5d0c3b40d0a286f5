// How long a TIME_WAIT has left, as ss and netstat print it.
//
// ss prints it for people: milliseconds only below ten seconds (print_ms_timer() in its misc/ss.c).
// netstat prints seconds with two decimals.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace sockets {

/// "timer:(timewait,32sec,0)"; nothing if the word is another. At most so long. Throws
/// std::invalid_argument.
std::optional<std::chrono::milliseconds> parse_ss_timer(std::string_view word);

/// "(59.25/0/0)", behind the word timewait. Throws std::invalid_argument.
std::chrono::milliseconds parse_netstat_time(std::string_view word);

} // namespace sockets
