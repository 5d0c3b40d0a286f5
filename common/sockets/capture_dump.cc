#include "common/sockets/capture_dump.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <span>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "common/kernel/netlink_piece.h"
#include "common/sockets/dump_message.h"

namespace sockets {
namespace {

CapturedSocket capture(const Socket& socket)
{
    CapturedSocket captured;
    // ss asks by another message than we do, whose bound sockets are not told from closed ones
    // (find_state() in dump_message.cc). No program has a TCP socket in the table that is closed.
    const bool is_bound = socket.state == SocketState::closed && socket.inode != 0;
    captured.state = is_bound ? SocketState::bound : socket.state;
    captured.local.address = socket.local_address;
    captured.local.port = socket.local_port;
    captured.remote.address = socket.remote_address;
    captured.remote.port = socket.remote_port;
    captured.interface = socket.device;
    captured.expires_in = socket.expires_in;
    captured.ipv6_only = socket.ipv6_only;
    return captured;
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
    std::size_t ended = 0;
    bool is_complete = false;
    while (!rest.empty()) {
        const std::span<const std::byte> from = rest;
        const auto message = kernel::take<nlmsghdr>(rest);
        if (!message)
            throw std::runtime_error("the raw dump ends within a message, so the rest of it is "
                                     "missing; take the capture again");
        try {
            is_complete =
                parse_dump(from.first(from.size() - rest.size()), message.header->nlmsg_seq,
                           [&](const Socket& socket) { sink(capture(socket)); });
        } catch (const std::runtime_error& error) {
            throw std::runtime_error(
                fmt::format("the raw dump in the capture is malformed: {}", error.what()));
        }
        ended += is_complete ? 1 : 0;
    }
    constexpr std::size_t families = 2;
    if (ended < families || !is_complete)
        throw std::runtime_error("the raw dump does not go on to its end, IPv4 and IPv6; take the "
                                 "capture again, with ss -taD -");
}

} // namespace sockets
