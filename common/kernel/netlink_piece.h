// What a netlink datagram is made of: messages, and their attributes. We take them apart as libmnl
// does, but inline: its calls, some thirty per socket, took as long as all our other work.
#pragma once

#include <algorithm>
#include <cstddef>
#include <linux/netlink.h>
#include <span>

namespace kernel {

inline std::size_t length_of(const nlmsghdr& header)
{
    return header.nlmsg_len;
}
inline std::size_t length_of(const nlattr& header)
{
    return header.nla_len;
}

/// A message of a datagram, or an attribute of a message: both are a header that says how long they
/// are, header included, and what follows.
template <class Header>
struct Piece {
    const Header* header = nullptr;
    std::span<const std::byte> payload = {};

    /// Whether there was a whole one.
    explicit operator bool() const { return header != nullptr; }
};

/// Takes the first piece off `rest`, and the padding behind it.
template <class Header>
[[gnu::always_inline]] inline Piece<Header> take(std::span<const std::byte>& rest)
{
    constexpr std::size_t alignment = NLMSG_ALIGNTO;
    static_assert(alignment == NLA_ALIGNTO);
    if (rest.size() < sizeof(Header))
        return {};
    const auto* const header = reinterpret_cast<const Header*>(rest.data());
    const std::size_t length = length_of(*header);
    if (length < sizeof(Header) || length > rest.size())
        return {};
    const std::span<const std::byte> payload =
        rest.subspan(sizeof(Header), length - sizeof(Header));
    rest = rest.subspan(std::min((length + alignment - 1) / alignment * alignment, rest.size()));
    return {header, payload};
}

} // namespace kernel
