// Addresses that share a prefix.
#include "common/net/subnet.h"

#include <stdexcept>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using net::Address;
using net::Subnet;
namespace data = boost::unit_test::data;

bool contains(const char* subnet, const char* address)
{
    return Subnet::parse(subnet).contains(Address::parse(address));
}

BOOST_AUTO_TEST_SUITE(subnet)

BOOST_AUTO_TEST_CASE(address_alone_contains_itself_only)
{
    BOOST_TEST(contains("10.0.0.5", "10.0.0.5"));
    BOOST_TEST(contains("10.0.0.5", "::ffff:10.0.0.5"));
    BOOST_TEST(!contains("10.0.0.5", "10.0.0.4"));
    BOOST_TEST(contains("::1", "::1"));
    BOOST_TEST(!contains("::1", "::"));
}

BOOST_AUTO_TEST_CASE(ipv4_prefix_contains_what_shares_it)
{
    BOOST_TEST(contains("10.0.0.0/8", "10.255.255.255"));
    BOOST_TEST(!contains("10.0.0.0/8", "11.0.0.0"));
    BOOST_TEST(contains("192.168.1.128/25", "192.168.1.255"));
    BOOST_TEST(!contains("192.168.1.128/25", "192.168.1.127"));
    BOOST_TEST(contains("192.168.1.2/31", "192.168.1.3"));
    BOOST_TEST(!contains("192.168.1.2/31", "192.168.1.4"));
    BOOST_TEST(contains("10.1.2.3/8", "10.9.9.9"), "bits behind the prefix do not matter");
}

BOOST_AUTO_TEST_CASE(prefix_of_length_0_contains_its_whole_family)
{
    BOOST_TEST(contains("0.0.0.0/0", "255.255.255.255"));
    BOOST_TEST(!contains("0.0.0.0/0", "::1"));
    BOOST_TEST(!contains("0.0.0.0/0", "2001:db8::1"));
    BOOST_TEST(contains("::/0", "2001:db8::1"));
    BOOST_TEST(!contains("::/0", "10.0.0.5"));
    BOOST_TEST(contains("::ffff:0.0.0.0/96", "10.0.0.5"));
}

BOOST_AUTO_TEST_CASE(ipv6_prefix_contains_what_shares_it)
{
    BOOST_TEST(contains("2001:db8::/32", "2001:db8:ffff::1"));
    BOOST_TEST(!contains("2001:db8::/32", "2001:db9::"));
    BOOST_TEST(contains("2001:db8::/33", "2001:db8:7fff::"));
    BOOST_TEST(!contains("2001:db8::/33", "2001:db8:8000::"));
    BOOST_TEST(contains("fe80::/64", "fe80::ffff:ffff:ffff:ffff"));
    BOOST_TEST(!contains("fe80::/64", "fe80:0:0:1::"));
    BOOST_TEST(contains("::2/127", "::3"));
    BOOST_TEST(!contains("::2/127", "::1"));
}

BOOST_AUTO_TEST_CASE(prefix_of_a_mapped_address_counts_all_128_bits)
{
    BOOST_TEST(contains("::ffff:10.0.0.0/104", "10.255.0.0"));
    BOOST_TEST(!contains("::ffff:10.0.0.0/104", "11.0.0.0"));
}

BOOST_AUTO_TEST_CASE(a_shorter_prefix_contains_a_longer_one_that_it_begins)
{
    const auto holds = [](const char* one, const char* other) {
        return Subnet::parse(one).contains(Subnet::parse(other));
    };
    BOOST_TEST(holds("10.0.0.0/8", "10.1.0.0/16"));
    BOOST_TEST(holds("10.0.0.0/8", "10.0.0.0/8"));
    BOOST_TEST(holds("10.0.0.0/8", "10.0.0.5"));
    BOOST_TEST(!holds("10.1.0.0/16", "10.0.0.0/8"));
    BOOST_TEST(!holds("10.0.0.0/8", "11.0.0.0/16"));
    BOOST_TEST(holds("::/0", "2001:db8::/32"));
    BOOST_TEST(!holds("::/0", "0.0.0.0/0"));
    BOOST_TEST(!holds("0.0.0.0/0", "::/0"));
}

BOOST_AUTO_TEST_CASE(the_address_is_the_one_that_was_given)
{
    BOOST_TEST(Subnet::parse("10.1.2.3/8").address().text() == "10.1.2.3");
}

const char* const malformed[] = {"",
                                 "/8",
                                 "10.0.0.0/",
                                 "10.0.0.0/33",
                                 "10.0.0.0/-1",
                                 "10.0.0.0/+8",
                                 "10.0.0.0/8/8",
                                 "10.0.0.0/8 ",
                                 "10.0.0.0/x",
                                 "::/129",
                                 "10.0.0/8",
                                 "::/1e1",
                                 "10.0.0.0/99999999999"};

BOOST_DATA_TEST_CASE(refused_if_not_a_prefix, data::make(malformed), text)
{
    BOOST_CHECK_THROW(Subnet::parse(text), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
