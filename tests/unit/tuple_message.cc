// One direction of an entry: the attributes where they usually are, and anywhere else.
#include "common/conntrack/tuple_message.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace {

using conntrack::Direction;
using conntrack::TupleKind;

using Payload = std::vector<std::byte>;

Payload attribute(int type, const Payload& payload)
{
    const nlattr header = {static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()),
                           static_cast<std::uint16_t>(type)};
    Payload made(NLA_ALIGN(header.nla_len));
    std::memcpy(made.data(), &header, sizeof header);
    if (!payload.empty())
        std::memcpy(made.data() + sizeof header, payload.data(), payload.size());
    return made;
}

Payload bytes(std::initializer_list<int> values)
{
    Payload made;
    for (const int value : values)
        made.push_back(static_cast<std::byte>(value));
    return made;
}

Payload join(std::initializer_list<Payload> parts)
{
    Payload joined;
    for (const Payload& part : parts)
        joined.insert(joined.end(), part.begin(), part.end());
    return joined;
}

const Payload source = attribute(CTA_IP_V4_SRC, bytes({10, 1, 0, 2}));
const Payload destination = attribute(CTA_IP_V4_DST, bytes({10, 2, 0, 3}));
const Payload tcp = attribute(CTA_PROTO_NUM, bytes({IPPROTO_TCP}));
const Payload source_port = attribute(CTA_PROTO_SRC_PORT, bytes({0x9c, 0x40}));      // 40000
const Payload destination_port = attribute(CTA_PROTO_DST_PORT, bytes({0x01, 0xbb})); // 443

Payload tuple_of(std::initializer_list<Payload> ip, std::initializer_list<Payload> proto,
                 int nested = NLA_F_NESTED)
{
    return join({attribute(CTA_TUPLE_IP | nested, join(ip)),
                 attribute(CTA_TUPLE_PROTO | nested, join(proto))});
}

/// What parse_tuple() says, which must be what the attributes say one by one.
std::string text_of(const Payload& payload)
{
    const auto tell = [&](TupleKind (*parse)(conntrack::Bytes, Direction&)) {
        Direction direction;
        const TupleKind kind = parse(payload, direction);
        return fmt::format("{} {} > {} zone {}", kind.protocol, direction.source.text(),
                           direction.destination.text(),
                           kind.zone ? fmt::to_string(*kind.zone) : "none");
    };
    std::string text = tell(conntrack::parse_any_tuple);
    BOOST_TEST(tell([](conntrack::Bytes of, Direction& direction) {
                   return conntrack::parse_tuple(of, direction);
               }) == text);
    return text;
}

BOOST_AUTO_TEST_SUITE(tuple_message)

BOOST_AUTO_TEST_CASE(the_usual_attributes_are_read_where_they_are)
{
    const Payload usual = tuple_of({source, destination}, {tcp, source_port, destination_port});
    BOOST_TEST(usual.size() == sizeof(conntrack::UsualTuple));
    BOOST_TEST(reinterpret_cast<const conntrack::UsualTuple*>(usual.data())->is_whole());
    BOOST_TEST(text_of(usual) == "6 10.1.0.2:40000 > 10.2.0.3:443 zone none");
    BOOST_TEST(text_of(tuple_of({source, destination}, {tcp, source_port, destination_port}, 0)) ==
               "6 10.1.0.2:40000 > 10.2.0.3:443 zone none");
}

BOOST_AUTO_TEST_CASE(in_another_order_they_say_the_same)
{
    const char* const expected = "6 10.1.0.2:40000 > 10.2.0.3:443 zone none";
    BOOST_TEST(text_of(tuple_of({destination, source}, {tcp, source_port, destination_port})) ==
               expected);
    BOOST_TEST(text_of(tuple_of({source, destination}, {tcp, destination_port, source_port})) ==
               expected);
    BOOST_TEST(text_of(tuple_of({source, destination}, {source_port, tcp, destination_port})) ==
               expected);
    BOOST_TEST(text_of(join({attribute(CTA_TUPLE_PROTO, join({tcp, source_port, destination_port})),
                             attribute(CTA_TUPLE_IP, join({source, destination}))})) == expected);
}

BOOST_AUTO_TEST_CASE(others_in_their_places_are_not_taken_for_them)
{
    // As long as the usual ones, and of other types.
    const Payload type = attribute(CTA_PROTO_ICMP_TYPE, bytes({8}));
    const Payload id = attribute(CTA_PROTO_ICMP_ID, bytes({0, 7}));
    const Payload code = attribute(CTA_PROTO_ICMP_CODE, bytes({0}));
    const Payload icmp = attribute(CTA_PROTO_NUM, bytes({IPPROTO_ICMP}));
    BOOST_TEST(text_of(tuple_of({source, destination}, {icmp, id, code})) ==
               "1 10.1.0.2:0 > 10.2.0.3:0 zone none");
    BOOST_TEST(text_of(tuple_of({source, destination}, {type, source_port, destination_port})) ==
               "0 10.1.0.2:40000 > 10.2.0.3:443 zone none");
    BOOST_TEST(text_of(tuple_of({source, source}, {tcp, source_port, destination_port})) ==
               "6 10.1.0.2:40000 > [::]:443 zone none");
    BOOST_TEST(
        text_of(tuple_of({destination, destination}, {tcp, source_port, destination_port})) ==
        "6 [::]:40000 > 10.2.0.3:443 zone none");
    BOOST_TEST(text_of(tuple_of({source, destination}, {tcp, source_port, id})) ==
               "6 10.1.0.2:40000 > 10.2.0.3:0 zone none");
    constexpr int unknown = 9;
    BOOST_TEST(text_of(join({attribute(CTA_TUPLE_IP, join({source, destination})),
                             attribute(unknown, join({tcp, source_port, destination_port}))})) ==
               "0 10.1.0.2:0 > 10.2.0.3:0 zone none");
    BOOST_TEST(
        text_of(join({attribute(unknown, join({source, destination})),
                      attribute(CTA_TUPLE_PROTO, join({tcp, source_port, destination_port}))})) ==
        "6 [::]:40000 > [::]:443 zone none");
}

BOOST_AUTO_TEST_CASE(ipv6_and_a_zone_are_read_one_by_one)
{
    const Payload zone = attribute(CTA_TUPLE_ZONE, bytes({0, 7}));
    BOOST_TEST(text_of(join({tuple_of({source, destination}, {tcp, source_port, destination_port}),
                             zone})) == "6 10.1.0.2:40000 > 10.2.0.3:443 zone 7");
    Payload one(16);
    one.back() = std::byte{1};
    const Payload long_source = attribute(CTA_IP_V6_SRC, one);
    const Payload long_destination = attribute(CTA_IP_V6_DST, one);
    BOOST_TEST(text_of(join(
                   {tuple_of({long_source, long_destination}, {tcp, source_port, destination_port}),
                    zone})) == "6 [::1]:40000 > [::1]:443 zone 7");
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_zero)
{
    BOOST_TEST(text_of({}) == "0 [::]:0 > [::]:0 zone none");
    Direction direction;
    direction.source = net::Endpoint::parse("10.1.0.2:40000");
    conntrack::parse_tuple({}, direction);
    BOOST_TEST(direction.source.text() == "[::]:0");
}

BOOST_AUTO_TEST_CASE(a_nest_that_leaves_its_last_padding_out_says_the_same)
{
    Payload shorter = tuple_of({source, destination}, {tcp, source_port, destination_port});
    nlattr proto = {};
    std::byte* const place = shorter.data() + offsetof(conntrack::UsualTuple, proto);
    std::memcpy(&proto, place, sizeof proto);
    proto.nla_len -= 2;
    std::memcpy(place, &proto, sizeof proto);
    BOOST_TEST(text_of(shorter) == "6 10.1.0.2:40000 > 10.2.0.3:443 zone none");
}

BOOST_AUTO_TEST_CASE(an_attribute_of_the_wrong_length_is_an_error)
{
    const auto parse = [](const Payload& payload) {
        Direction direction;
        return conntrack::parse_tuple(payload, direction);
    };
    const Payload no_port = attribute(CTA_PROTO_SRC_PORT, bytes({1}));
    BOOST_CHECK_THROW(parse(tuple_of({source, destination}, {tcp, no_port, destination_port})),
                      std::runtime_error);
    const Payload no_address = attribute(CTA_IP_V4_SRC, bytes({10, 1, 0}));
    BOOST_CHECK_THROW(
        parse(tuple_of({no_address, destination}, {tcp, source_port, destination_port})),
        std::runtime_error);
    Payload cut = tuple_of({source, destination}, {tcp, source_port, destination_port});
    cut.resize(cut.size() - 1);
    BOOST_CHECK_THROW(parse(cut), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
