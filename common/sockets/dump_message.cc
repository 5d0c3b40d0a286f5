#include "common/sockets/dump_message.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "common/kernel/netlink_piece.h"
#include "common/kernel/reader_unavailable.h"

namespace sockets {
namespace {

using kernel::Piece;
using kernel::ReaderUnavailable;
using kernel::take;

std::string describe(int error)
{
    return std::generic_category().message(error);
}

/// What the kernel's refusal means for the user. The errors that a missing interface gives lead to
/// another reader; any other one means that this reading failed.
[[noreturn]] void fail_with_kernel_error(int error)
{
    switch (error) {
    case ENOENT:
    case EOPNOTSUPP:
        throw ReaderUnavailable(
            fmt::format("the kernel has no sock_diag for these sockets ({}); modprobe tcp_diag "
                        "udp_diag may help",
                        describe(error)));
    case EINVAL:
        throw ReaderUnavailable("this kernel does not understand the sock_diag request (EINVAL)");
    case EPERM:
    case EACCES:
        throw ReaderUnavailable(fmt::format("sock_diag was refused ({})", describe(error)));
    default:
        throw std::runtime_error(fmt::format("the sock_diag dump broke off: {}", describe(error)));
    }
}

template <class Words>
net::Address make_address(unsigned char family, const Words& words)
{
    return family == AF_INET ? net::Address::ipv4(words[0])
                             : net::Address::ipv6(std::to_array(words));
}

std::optional<bool> find_ipv6_only(std::span<const std::byte> rest)
{
    while (const auto attribute = take<nlattr>(rest)) {
        const int type = attribute.header->nla_type & NLA_TYPE_MASK;
        if (type == INET_DIAG_SKV6ONLY && !attribute.payload.empty())
            return attribute.payload.front() != std::byte{0};
    }
    return std::nullopt;
}

/// The id of the cgroup; 0 if there is none. Every connection has one, so this looks at as little
/// of each attribute as can be.
std::uint64_t find_cgroup(std::span<const std::byte> attributes)
{
    constexpr std::size_t wanted = sizeof(nlattr) + sizeof(std::uint64_t);
    const std::byte* at = attributes.data();
    for (std::size_t left = attributes.size(); left >= wanted;) {
        const auto& header = *reinterpret_cast<const nlattr*>(at);
        if (header.nla_type == INET_DIAG_CGROUP_ID && header.nla_len == wanted) {
            std::uint64_t cgroup = 0;
            std::memcpy(&cgroup, at + sizeof header, sizeof cgroup);
            return cgroup;
        }
        const std::size_t length = NLA_ALIGN(std::size_t{header.nla_len});
        if (length == 0 || length > left)
            return 0;
        at += length;
        left -= length;
    }
    return 0;
}

SocketState make_state(unsigned char number)
{
    constexpr auto last_state = static_cast<unsigned char>(SocketState::bound);
    if (number == 0 || number > last_state)
        throw std::runtime_error(
            fmt::format("sock_diag sent a socket in the unknown state {}", number));
    return static_cast<SocketState>(number);
}

/// A bound TCP socket is asked for by a state of its own, yet shows the state CLOSE that it is in.
/// A connection shows it, too, if it ended after the kernel found it and before the kernel wrote it
/// down (tcp_diag_dump()); then no program has it any more. For UDP, CLOSE is the state of every
/// socket that is not connected.
SocketState find_state(const inet_diag_msg& diag, std::uint16_t message_type)
{
    const SocketState shown = make_state(diag.idiag_state);
    return message_type == TCPDIAG_GETSOCK && shown == SocketState::closed && diag.idiag_inode != 0
               ? SocketState::bound
               : shown;
}

/// Each member is written once: to clear the whole socket before cost as much as the rest.
Socket make_socket(const Piece<nlmsghdr>& message)
{
    constexpr unsigned char time_wait_timer = 3;
    const auto& diag = *reinterpret_cast<const inet_diag_msg*>(message.payload.data());
    if (diag.idiag_family != AF_INET && diag.idiag_family != AF_INET6)
        throw std::runtime_error(
            fmt::format("sock_diag sent a socket of the unknown family {}", diag.idiag_family));

    const SocketState state = find_state(diag, message.header->nlmsg_type);
    const std::span<const std::byte> attributes = message.payload.subspan(sizeof diag);
    // The kernel gives it for these states alone (inet_diag_msg_attrs_fill()), and the connections
    // are too many to look.
    const bool has_ipv6_only = state == SocketState::listening || state == SocketState::bound ||
                               state == SocketState::closed;
    return {.state = state,
            .local_port = ntohs(diag.id.idiag_sport),
            .remote_port = ntohs(diag.id.idiag_dport),
            .device = diag.id.idiag_if,
            .local_address = make_address(diag.idiag_family, diag.id.idiag_src),
            .remote_address = make_address(diag.idiag_family, diag.id.idiag_dst),
            .user = diag.idiag_uid,
            .inode = diag.idiag_inode,
            .cgroup = diag.idiag_inode == 0 ? 0 : find_cgroup(attributes),
            .expires_in = diag.idiag_timer == time_wait_timer
                              ? std::optional(std::chrono::milliseconds(diag.idiag_expires))
                              : std::nullopt,
            .ipv6_only = has_ipv6_only ? find_ipv6_only(attributes) : std::nullopt};
}

} // namespace

bool parse_dump(std::span<const std::byte> datagram, std::uint32_t sequence, const SocketSink& sink)
{
    // Two messages: the processor waited for each of them for longer than it worked on it.
    constexpr std::size_t fetch_ahead = 256;
    std::span<const std::byte> rest = datagram;
    while (const auto message = take<nlmsghdr>(rest)) {
        if (rest.size() > fetch_ahead)
            __builtin_prefetch(rest.data() + fetch_ahead);
        if (message.header->nlmsg_seq != sequence)
            throw std::runtime_error("sock_diag answered a request that is not ours");
        const std::size_t length = message.payload.size();
        switch (message.header->nlmsg_type) {
        case NLMSG_DONE:
        case NLMSG_ERROR: {
            // Both begin with the error as a negative number; a dump that went well has none or 0.
            int error = 0;
            if (length >= sizeof error)
                std::memcpy(&error, message.payload.data(), sizeof error);
            if (error < 0 && error != std::numeric_limits<int>::min())
                fail_with_kernel_error(-error);
            if (error != 0)
                throw std::runtime_error(
                    fmt::format("the sock_diag dump broke off with the unknown error {}", error));
            if (message.header->nlmsg_type == NLMSG_ERROR)
                throw std::runtime_error(
                    "sock_diag acknowledged the request instead of answering it");
            return true;
        }
        case TCPDIAG_GETSOCK:
        case SOCK_DIAG_BY_FAMILY:
            if (length < sizeof(inet_diag_msg))
                throw std::runtime_error(fmt::format(
                    "a sock_diag message of {} bytes is too short for a socket", length));
            sink(make_socket(message));
            break;
        default:
            throw std::runtime_error(fmt::format("sock_diag sent a message of the unknown type {}",
                                                 message.header->nlmsg_type));
        }
    }
    if (!rest.empty())
        throw std::runtime_error(
            fmt::format("{} bytes after the last whole sock_diag message", rest.size()));
    return false;
}

} // namespace sockets
