// The attributes that ctnetlink's messages are made of, nested in each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

#include "common/kernel/netlink_piece.h"

namespace conntrack {

using Bytes = std::span<const std::byte>;

/// Calls `visit` with the type and the payload of each attribute. Throws std::runtime_error if the
/// last one is cut.
template <class Visitor>
[[gnu::always_inline]] inline void for_each_attribute(Bytes rest, Visitor visit)
{
    while (const auto attribute = kernel::take<nlattr>(rest))
        visit(attribute.header->nla_type & NLA_TYPE_MASK, attribute.payload);
    if (!rest.empty())
        throw std::runtime_error("ctnetlink sent an attribute that is cut off");
}

/// In network byte order if `Number` is longer than a byte, as most of ctnetlink's are.
template <class Number>
Number number_in(Bytes payload)
{
    if (payload.size() < sizeof(Number))
        throw std::runtime_error(fmt::format("ctnetlink sent a number of {} bytes where {} belong",
                                             payload.size(), sizeof(Number)));
    Number number = 0;
    std::memcpy(&number, payload.data(), sizeof number);
    if constexpr (sizeof(Number) == sizeof(std::uint16_t))
        return ntohs(number);
    else if constexpr (sizeof(Number) == sizeof(std::uint32_t))
        return ntohl(number);
    else
        return number;
}

} // namespace conntrack
