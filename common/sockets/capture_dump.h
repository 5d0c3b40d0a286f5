// The raw answer of the kernel in a capture, as `ss -taD -` writes it: messages of sock_diag, IPv4
// before IPv6.
//
// It is no text, so it comes last, behind the sysctl lines. It has what ss does not print: ages to
// the millisecond, and of each wildcard whether it keeps out of IPv4. It is in the byte order of
// the machine that it is from.
#pragma once

#include <functional>
#include <string_view>

#include "common/sockets/capture_line.h"

namespace sockets {

/// Whether a dump, and not a line of text, begins here. Throws std::runtime_error if it is of a
/// machine of the other byte order.
bool begins_dump(std::string_view text);

/// Hands its sockets, which are of TCP, to `sink`. Throws std::runtime_error without a word of it.
void parse_captured_dump(std::string_view dump,
                         const std::function<void(const CapturedSocket&)>& sink);

} // namespace sockets
