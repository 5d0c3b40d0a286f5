// What sock_diag answers: datagrams of messages, one for each socket, followed by its attributes.
//
// There may be a million of them. So the loop over them is here, for the compiler to join with what
// the sink does: then most of a socket is never put together in memory, but used as it is read.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <optional>
#include <span>

#include "common/kernel/netlink_piece.h"
#include "common/net/address.h"
#include "common/sockets/socket.h"

namespace sockets {

/// One message of a dump.
using DumpMessage = kernel::Piece<nlmsghdr>;

/// Ends the dump with a message that is no socket's. Throws as parse_dump(). Takes it in parts: if
/// it took a DumpMessage, each message would have to be put into memory for it.
void end_dump(const nlmsghdr& header, std::span<const std::byte> payload, std::uint32_t sequence);

[[noreturn]] void fail_with_family(unsigned char family);
[[noreturn]] void fail_with_state(unsigned char state);
[[noreturn]] void fail_with_rest(std::size_t bytes);

/// Whether an IPv6 socket keeps out of IPv4, if its attributes tell.
std::optional<bool> find_ipv6_only(std::span<const std::byte> attributes);

template <int Family, class Words>
net::Address make_address(const Words& words)
{
    if constexpr (Family == AF_INET)
        return net::Address::ipv4(words[0]);
    else
        return net::Address::ipv6(std::to_array(words));
}

/// The id of the cgroup; 0 if there is none. Every connection has one, so this looks at as little
/// of each attribute as can be.
inline std::uint64_t find_cgroup(std::span<const std::byte> attributes)
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

inline SocketState make_state(unsigned char number)
{
    constexpr auto last_state = static_cast<unsigned char>(SocketState::bound);
    if (number == 0 || number > last_state)
        fail_with_state(number);
    return static_cast<SocketState>(number);
}

/// A bound TCP socket is asked for by a state of its own, yet shows the state CLOSE that it is in.
/// A connection shows it, too, if it ended after the kernel found it and before the kernel wrote it
/// down (tcp_diag_dump()); then no program has it any more. For UDP, CLOSE is the state of every
/// socket that is not connected.
inline SocketState find_state(const inet_diag_msg& diag, std::uint16_t message_type)
{
    const SocketState shown = make_state(diag.idiag_state);
    return message_type == TCPDIAG_GETSOCK && shown == SocketState::closed && diag.idiag_inode != 0
               ? SocketState::bound
               : shown;
}

inline bool is_of_socket(const DumpMessage& message)
{
    const std::uint16_t type = message.header->nlmsg_type;
    return (type == TCPDIAG_GETSOCK || type == SOCK_DIAG_BY_FAMILY) &&
           message.payload.size() >= sizeof(inet_diag_msg);
}

inline const inet_diag_msg& diag_of(const DumpMessage& message)
{
    return *reinterpret_cast<const inet_diag_msg*>(message.payload.data());
}

/// Of a message that is_of_socket(), and of this family.
template <int Family>
[[gnu::always_inline]] inline Socket make_socket(const DumpMessage& message)
{
    constexpr unsigned char time_wait_timer = 3;
    const inet_diag_msg& diag = diag_of(message);
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
            .local_address = make_address<Family>(diag.id.idiag_src),
            .remote_address = make_address<Family>(diag.id.idiag_dst),
            .user = diag.idiag_uid,
            .inode = diag.idiag_inode,
            .cgroup = diag.idiag_inode == 0 ? 0 : find_cgroup(attributes),
            .expires_in = diag.idiag_timer == time_wait_timer
                              ? std::optional(std::chrono::milliseconds(diag.idiag_expires))
                              : std::nullopt,
            .ipv6_only = has_ipv6_only ? find_ipv6_only(attributes) : std::nullopt};
}

/// Takes one datagram of the answer to request `sequence` and hands its sockets to `sink`.
/// Returns whether the dump is complete. Throws kernel::ReaderUnavailable if the kernel refused, or
/// std::runtime_error if the dump broke off or the datagram is malformed.
template <class Sink>
bool parse_dump(std::span<const std::byte> datagram, std::uint32_t sequence, const Sink& sink)
{
    // Two messages: the processor waited for each of them for longer than it worked on it.
    constexpr std::size_t fetch_ahead = 256;
    std::span<const std::byte> rest = datagram;
    while (const auto message = kernel::take<nlmsghdr>(rest)) {
        if (rest.size() > fetch_ahead)
            __builtin_prefetch(rest.data() + fetch_ahead);
        if (message.header->nlmsg_seq != sequence || !is_of_socket(message)) {
            end_dump(*message.header, message.payload, sequence);
            return true;
        }
        // Each family has a copy of its own of all that the sink does: what is true of its
        // addresses need not be asked again.
        if (const auto family = diag_of(message).idiag_family; family == AF_INET)
            sink(make_socket<AF_INET>(message));
        else if (family == AF_INET6)
            sink(make_socket<AF_INET6>(message));
        else
            fail_with_family(family);
    }
    if (!rest.empty())
        fail_with_rest(rest.size());
    return false;
}

} // namespace sockets
