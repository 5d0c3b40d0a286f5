// A capture: what `sysctl net.ipv4; cat /proc/net/sockstat*; ss -tano` printed on another host, in
// one text. Instead of ss there can be netstat -W, the tables of /proc/net (capture_tables.h), or
// in the end a raw dump (capture_dump.h).
//
// Lines of all kinds may come in any order; all others are passed over, as sosreport's files and
// `ss -i` have many. What would make the arithmetic wrong in silence is refused:
// - netstat without -W cuts addresses off at 23 characters, and what is left may be an address.
// - Two captures behind one another would count every port twice. Their sysctl lines tell, or the
//   same connection does.
// - A line that is cut off, as the last one of a connection that broke, is a socket that is
// missing.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/sockets/capture_line.h"

namespace sockets {

struct Capture {
    /// By name without "net.ipv4."; an empty value is one that was collected.
    std::map<std::string_view, std::string_view, std::less<>> settings;
    /// The lines of /proc/net/sockstat and sockstat6 that count sockets of TCP.
    std::string sockstat;
    std::string sockstat6;
    std::vector<CapturedSocket> sockets; ///< listeners first
    bool has_listeners = false;          ///< none can mean that ss was not asked for them
    bool has_ages = false;               ///< a TIME_WAIT has its timer
    bool has_udp = false;                ///< none can mean that ss was not asked for them
    /// Whether `*` is the wildcard of both families, as from iproute2 4.13 on, and not of IPv4.
    bool star_is_dual_stack = false;
};

/// The capture keeps parts of `text`. Throws std::runtime_error with the number of the line, and
/// without a word of it.
Capture parse_capture(std::string_view text);

} // namespace sockets
