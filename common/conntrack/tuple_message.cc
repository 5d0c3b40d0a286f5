#include "common/conntrack/tuple_message.h"

#include <array>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include "common/net/address.h"

namespace conntrack {
namespace {

net::Address address_in(Bytes payload)
{
    std::array<std::uint32_t, 4> words{};
    if (payload.size() != sizeof words[0] && payload.size() != sizeof words)
        throw std::runtime_error(
            fmt::format("ctnetlink sent an address of {} bytes", payload.size()));
    std::memcpy(words.data(), payload.data(), payload.size());
    return payload.size() == sizeof words ? net::Address::ipv6(words)
                                          : net::Address::ipv4(words[0]);
}

} // namespace

TupleKind parse_any_tuple(Bytes payload, Direction& direction)
{
    TupleKind kind;
    direction = {};
    for_each_attribute(payload, [&](int type, Bytes value) {
        if (type == CTA_TUPLE_IP) {
            for_each_attribute(value, [&](int ip, Bytes address) {
                if (ip == CTA_IP_V4_SRC || ip == CTA_IP_V6_SRC)
                    direction.source.address = address_in(address);
                else if (ip == CTA_IP_V4_DST || ip == CTA_IP_V6_DST)
                    direction.destination.address = address_in(address);
            });
        } else if (type == CTA_TUPLE_PROTO) {
            for_each_attribute(value, [&](int field, Bytes number) {
                if (field == CTA_PROTO_NUM)
                    kind.protocol = number_in<std::uint8_t>(number);
                else if (field == CTA_PROTO_SRC_PORT)
                    direction.source.port = number_in<std::uint16_t>(number);
                else if (field == CTA_PROTO_DST_PORT)
                    direction.destination.port = number_in<std::uint16_t>(number);
            });
        } else if (type == CTA_TUPLE_ZONE) {
            kind.zone = number_in<std::uint16_t>(value);
        }
    });
    return kind;
}

} // namespace conntrack
