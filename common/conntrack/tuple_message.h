// One direction of an entry, as ctnetlink tells it: attributes in attributes, fourteen for each
// entry.
//
// Taking these apart one by one was half of the work with an entry. But for TCP and UDP over IPv4
// the kernel writes the same seven, in the same places (ctnetlink_dump_tuples_ip(),
// ctnetlink_dump_tuples_proto()), and a zone behind them only if it is of one direction. So they
// are read where they are if each of them is seen to be there, and one by one if not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <optional>

#include "common/conntrack/attributes.h"
#include "common/conntrack/entry.h"

namespace conntrack {

/// What a tuple tells beside its two ends.
struct TupleKind {
    std::uint8_t protocol = 0; ///< 0 if it has none
    std::optional<std::uint16_t> zone;
};

/// Reads attributes in any order. Throws std::runtime_error if they are malformed.
TupleKind parse_any_tuple(Bytes payload, Direction& direction);

inline bool is_attribute(const nlattr& header, int type, std::size_t payload_size)
{
    return header.nla_len == sizeof header + payload_size &&
           (header.nla_type & NLA_TYPE_MASK) == type;
}

/// A number in network byte order, padded as the kernel pads attributes.
template <class Number>
struct alignas(NLA_ALIGNTO) NumberAttribute {
    nlattr header;
    Number number;

    [[nodiscard]] bool is_of(int type) const { return is_attribute(header, type, sizeof number); }
};

struct UsualTuple {
    nlattr ip;
    std::array<NumberAttribute<std::uint32_t>, 2> addresses;
    nlattr proto;
    NumberAttribute<std::uint8_t> protocol;
    std::array<NumberAttribute<std::uint16_t>, 2> ports;

    /// Whether each attribute is where it usually is.
    [[nodiscard]] bool is_whole() const
    {
        return is_attribute(ip, CTA_TUPLE_IP, sizeof addresses) &&
               addresses[0].is_of(CTA_IP_V4_SRC) && addresses[1].is_of(CTA_IP_V4_DST) &&
               is_attribute(proto, CTA_TUPLE_PROTO, sizeof protocol + sizeof ports) &&
               protocol.is_of(CTA_PROTO_NUM) && ports[0].is_of(CTA_PROTO_SRC_PORT) &&
               ports[1].is_of(CTA_PROTO_DST_PORT);
    }
};
static_assert(sizeof(UsualTuple) == 48);

/// Throws as parse_any_tuple(). `direction` is filled in where it is: a copy of what was just
/// written in parts would have to wait for these writes.
[[gnu::always_inline]] inline TupleKind parse_tuple(Bytes payload, Direction& direction)
{
    const auto* const usual = reinterpret_cast<const UsualTuple*>(payload.data());
    if (payload.size() != sizeof *usual || !usual->is_whole())
        return parse_any_tuple(payload, direction);
    direction.source.address = net::Address::ipv4(usual->addresses[0].number);
    direction.source.port = ntohs(usual->ports[0].number);
    direction.destination.address = net::Address::ipv4(usual->addresses[1].number);
    direction.destination.port = ntohs(usual->ports[1].number);
    return {usual->protocol.number, {}};
}

} // namespace conntrack
