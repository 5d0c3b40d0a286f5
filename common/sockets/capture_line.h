// One line of a capture: a socket as `ss` or `netstat` prints it, on another host and at another
// time.
//
// ss prints [Netid] State Recv-Q Send-Q Local:Port Peer:Port, then what its options add. netstat
// prints Proto Recv-Q Send-Q Local Foreign State. Neither has a version in its output, so a line is
// told by its own shape:
// - `ss state X` and `ss -B` drop the column State. A guess would be a guess about who is held.
// - ss encloses IPv6 addresses in brackets from iproute2 4.13 on; before, the last colon counts.
// - `*` is the wildcard of IPv4 before 4.13 and a dual-stack one since. Only the other lines tell
//   which, so it is handed on as it is.
// - The owner's name may hold any text. So what stands behind it is not looked at: a TIME_WAIT has
//   no owner, and its timer follows the peer's address at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/net/address.h"
#include "common/sockets/socket.h"

namespace sockets {

/// One end of a captured socket.
struct CapturedEnd {
    net::Address address;
    std::uint16_t port = 0;       ///< 0 for `*`
    std::string_view device = {}; ///< behind a %; part of the line
    bool star = false;            ///< the address was `*`
    bool enclosed = false;        ///< it was in brackets, as ss writes IPv6 from 4.13 on
};

struct CapturedSocket {
    bool udp = false;
    SocketState state = SocketState::closed;
    CapturedEnd local;
    CapturedEnd remote;
    std::uint32_t interface = 0; ///< that it is bound to, by number; 0 if by name, or for none
    /// At most, of a TIME_WAIT and of a FIN_WAIT2 that no program holds.
    std::optional<std::chrono::milliseconds> expires_in;
    std::optional<bool> ipv6_only = {}; ///< IPV6_V6ONLY, if it is in so many words
};

/// A socket of TCP as a reader of the kernel's own forms gives it.
CapturedSocket as_captured(const Socket& socket);

/// Nothing if the line is no socket of TCP or UDP: a heading, an indented line of details, another
/// protocol. Throws std::invalid_argument without a word of the line if it begins as a socket and
/// does not go on as one, or lacks its state.
std::optional<CapturedSocket> parse_capture_line(std::string_view line);

} // namespace sockets
