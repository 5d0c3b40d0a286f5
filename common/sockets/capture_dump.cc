#include "common/sockets/capture_dump.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <span>
#include <stdexcept>
#include <sys/socket.h>
#include <vector>

#include "common/kernel/netlink_piece.h"
#include "common/sockets/dump_message.h"

namespace sockets {
namespace {

/// ss asks by another message than we do, whose bound sockets are not told from closed ones
/// (find_state() in dump_message.cc). A program that has one keeps its port.
CapturedSocket tell_bound_from_closed(const Socket& socket)
{
    CapturedSocket captured = as_captured(socket);
    if (socket.state == SocketState::closed && socket.inode != 0)
        captured.state = SocketState::bound;
    return captured;
}

/// Whether a message about a socket is about one of this family. It is the first byte of what
/// follows the header (struct inet_diag_msg).
bool is_of(unsigned char family, const kernel::Piece<nlmsghdr>& message)
{
    return message.header->nlmsg_type < NLMSG_MIN_TYPE ||
           (!message.payload.empty() && static_cast<unsigned char>(message.payload[0]) == family);
}

} // namespace

bool begins_dump(std::string_view text)
{
    // The length of a message fits into two bytes of four, and no text has a NUL.
    constexpr std::uint32_t most = 0xffff;
    std::uint32_t length = 0;
    if (text.size() < sizeof length)
        return false;
    std::memcpy(&length, text.data(), sizeof length);
    if (length != 0 && __builtin_bswap32(length) <= most)
        throw std::runtime_error("the raw dump is of a machine of the other byte order; take the "
                                 "capture with ss -tano");
    return length >= sizeof(nlmsghdr) && length <= most;
}

void parse_captured_dump(std::string_view dump,
                         const std::function<void(const CapturedSocket&)>& sink)
{
    // Behind text it is not aligned.
    std::vector<std::byte> aligned(dump.size());
    std::memcpy(aligned.data(), dump.data(), dump.size());
    std::span<const std::byte> rest(aligned);
    constexpr std::array<unsigned char, 2> families = {AF_INET, AF_INET6};
    std::size_t ended = 0;
    while (!rest.empty()) {
        const std::span<const std::byte> from = rest;
        const auto message = kernel::take<nlmsghdr>(rest);
        if (!message)
            throw std::runtime_error("the raw dump ends within a message, so the rest of it is "
                                     "missing; take the capture again");
        if (ended == families.size() || !is_of(families.at(ended), message))
            throw std::runtime_error("the raw dump is not one of IPv4 and then one of IPv6; take "
                                     "the capture again, with ss -taD -");
        try {
            const bool is_end =
                parse_dump(from.first(from.size() - rest.size()), message.header->nlmsg_seq,
                           [&](const Socket& socket) { sink(tell_bound_from_closed(socket)); });
            ended += is_end ? 1 : 0;
        } catch (const std::runtime_error&) {
            // Its text is about this host, and may have a number of the dump's.
            throw std::runtime_error("the raw dump in the capture is malformed, or the kernel "
                                     "refused it to ss; take the capture with ss -tano");
        }
    }
    if (ended < families.size())
        throw std::runtime_error("the raw dump is not complete for IPv4 and IPv6; take the "
                                 "capture again, with ss -taD -");
}

} // namespace sockets
