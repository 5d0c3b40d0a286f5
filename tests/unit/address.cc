// Addresses of both families.
#include "common/net/address.h"

#include <arpa/inet.h>
#include <stdexcept>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using net::Address;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(address)

BOOST_AUTO_TEST_CASE(mapped_address_is_the_ipv4_address)
{
    const Address mapped = Address::parse("::ffff:10.0.0.5");
    BOOST_TEST((mapped == Address::parse("10.0.0.5")));
    BOOST_TEST((mapped == Address::ipv4(htonl(0x0a000005))));
    BOOST_TEST((mapped == Address::ipv6({0, 0, htonl(0xffff), htonl(0x0a000005)})));
    BOOST_TEST(mapped.is_ipv4());
    BOOST_TEST(mapped.low_word() == htonl(0x0a000005));
}

BOOST_AUTO_TEST_CASE(ipv6_address_is_no_ipv4_address)
{
    BOOST_TEST(!Address::parse("::10.0.0.5").is_ipv4());
    BOOST_TEST(!Address::parse("::1").is_ipv4());
    BOOST_TEST(!Address::parse("64:ff9b::10.0.0.5").is_ipv4());
    BOOST_TEST(!Address().is_ipv4());
}

BOOST_AUTO_TEST_CASE(text_is_the_customary_form)
{
    BOOST_TEST(Address::parse("10.0.0.5").text() == "10.0.0.5");
    BOOST_TEST(Address::parse("::ffff:10.0.0.5").text() == "10.0.0.5");
    BOOST_TEST(Address::parse("2001:0DB8:0:0:0:0:0:1").text() == "2001:db8::1");
    BOOST_TEST(Address().text() == "::");
    BOOST_TEST(Address::parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").text() ==
               "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

BOOST_AUTO_TEST_CASE(loopback_is_all_of_127_and_one_ipv6_address)
{
    for (const char* text : {"127.0.0.1", "127.255.255.255", "::ffff:127.0.0.53", "::1"})
        BOOST_TEST(Address::parse(text).is_loopback(), text);
    for (const char* text : {"126.255.255.255", "128.0.0.0", "::", "::2", "1::1", "0.0.0.0",
                             "::127.0.0.1", "10.0.0.127"})
        BOOST_TEST(!Address::parse(text).is_loopback(), text);
}

BOOST_AUTO_TEST_CASE(wildcard_is_the_zero_of_either_family)
{
    for (const char* text : {"0.0.0.0", "::", "::ffff:0.0.0.0"})
        BOOST_TEST(Address::parse(text).is_wildcard(), text);
    for (const char* text : {"0.0.0.1", "::1", "1::", "0:0:0:1::", "127.0.0.0"})
        BOOST_TEST(!Address::parse(text).is_wildcard(), text);
}

BOOST_AUTO_TEST_CASE(addresses_are_ordered_as_their_bytes_on_the_wire)
{
    BOOST_TEST((Address::parse("10.0.0.5") < Address::parse("10.0.0.6")));
    BOOST_TEST((Address::parse("9.255.255.255") < Address::parse("10.0.0.0")));
    BOOST_TEST((Address::parse("::1") < Address::parse("0.0.0.0")));
    BOOST_TEST((Address::parse("10.0.0.5") < Address::parse("2001:db8::1")));
}

const char* const malformed[] = {"",        "localhost",   "10.0.0",    "10.0.0.256", "10.0.0.5 ",
                                 " ::1",    "[::1]",       "::1%lo",    "::1/128",    "1:2:3",
                                 "fe80::g", "10.0.0.5:80", "010.0.0.5", "0x7f.0.0.1"};

BOOST_DATA_TEST_CASE(refused_if_not_a_numeric_address, data::make(malformed), text)
{
    BOOST_CHECK_THROW(Address::parse(text), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(refused_if_something_follows_a_zero_byte)
{
    BOOST_CHECK_THROW(Address::parse(std::string_view("::1\0x", 5)), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
