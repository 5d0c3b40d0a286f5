// The destinations that the user names.
#include <stdexcept>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/ports/watch.h"
#include "tests/unit/throws.h"

namespace {

using net::Address;
using net::Tuple;
using ports::Destination;
namespace data = boost::unit_test::data;

Tuple tuple(const char* destination, std::uint16_t port)
{
    return {Address::parse("10.0.0.1"), Address::parse(destination), port};
}

bool matches(const char* destination, const Tuple& tuple)
{
    return Destination::parse(destination).matches(tuple);
}

bool covers(const char* one, const char* other)
{
    return Destination::parse(one).covers(Destination::parse(other));
}

BOOST_AUTO_TEST_SUITE(destination)

BOOST_AUTO_TEST_CASE(destination_without_a_port_matches_every_port)
{
    BOOST_TEST(matches("10.0.0.5", tuple("10.0.0.5", 1)));
    BOOST_TEST(matches("10.0.0.5", tuple("10.0.0.5", 65535)));
    BOOST_TEST(!matches("10.0.0.5", tuple("10.0.0.6", 1)));
    BOOST_TEST(matches("10.0.0.0/8", tuple("10.9.9.9", 1)));
    BOOST_TEST(matches("2001:db8::/32", tuple("2001:db8::1", 1)));
    BOOST_TEST(matches("::1", tuple("::1", 1)));
    BOOST_TEST(matches("2001:db8::1:a", tuple("2001:db8::1:a", 1)));
    BOOST_TEST(matches("1:2:3:4:5:6:7:80", tuple("1:2:3:4:5:6:7:80", 1)));
}

BOOST_AUTO_TEST_CASE(destination_with_a_port_matches_that_port)
{
    BOOST_TEST(matches("10.0.0.5:5432", tuple("10.0.0.5", 5432)));
    BOOST_TEST(!matches("10.0.0.5:5432", tuple("10.0.0.5", 5433)));
    BOOST_TEST(matches("10.0.0.0/8:5432", tuple("10.9.9.9", 5432)));
    BOOST_TEST(!matches("10.0.0.0/8:5432", tuple("11.0.0.0", 5432)));
}

BOOST_AUTO_TEST_CASE(ipv6_destination_with_a_port_stands_in_brackets)
{
    BOOST_TEST(matches("[::1]:5432", tuple("::1", 5432)));
    BOOST_TEST(!matches("[::1]:5432", tuple("::1", 5433)));
    BOOST_TEST(matches("[2001:db8::/32]:443", tuple("2001:db8::9", 443)));
    BOOST_TEST(matches("[::1]", tuple("::1", 9)));
    BOOST_TEST(matches("[10.0.0.5]:80", tuple("10.0.0.5", 80)));
    BOOST_TEST(matches("[::ffff:10.0.0.5]:80", tuple("10.0.0.5", 80)));
    BOOST_TEST(matches("[2001:db8::1:80]", tuple("2001:db8::1:80", 9)));
}

BOOST_AUTO_TEST_CASE(a_destination_is_kept_as_the_user_wrote_it)
{
    BOOST_TEST(Destination::parse("10.1.2.3/8:5432").text == "10.1.2.3/8:5432");
}

const char* const malformed[] = {"",
                                 ":",
                                 ":80",
                                 "10.0.0.5:",
                                 "10.0.0.5:0",
                                 "10.0.0.5:65536",
                                 "10.0.0.5:x",
                                 "10.0.0.5:-1",
                                 "10.0.0.5: 80",
                                 "10.0.0.5:80/8",
                                 "[::1",
                                 "[::1]:",
                                 "[::1]80",
                                 "[::1]:0",
                                 "[::1]:80:1",
                                 "[]",
                                 "[]:80",
                                 "::1]",
                                 "[[::1]]:1",
                                 "localhost:80",
                                 "2001:db8::/32:443",
                                 "[::1]/128"};

BOOST_DATA_TEST_CASE(refused_if_not_a_destination, data::make(malformed), text)
{
    BOOST_CHECK_THROW(Destination::parse(text), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(an_ipv6_address_with_a_port_that_lost_its_brackets_is_refused)
{
    const auto refusal = [](const char* text) {
        return text_of_error<std::invalid_argument>([&] { Destination::parse(text); });
    };
    BOOST_TEST(refusal("::1:80") ==
               "write [::1]:80 with a port, or [::1:80] for an address without one");
    BOOST_TEST(holds(refusal("2001:db8::5:5432"), "[2001:db8::5]:5432"));
    BOOST_TEST(holds(refusal("::ffff:10.0.0.5:80"), "[::ffff:10.0.0.5]:80"));
}

BOOST_AUTO_TEST_CASE(one_covers_another_if_it_matches_all_that_the_other_does)
{
    BOOST_TEST(covers("10.0.0.0/8", "10.0.0.5"));
    BOOST_TEST(covers("10.0.0.0/8", "10.0.0.0/8"));
    BOOST_TEST(covers("10.0.0.0/8", "10.0.0.5:5432"));
    BOOST_TEST(covers("10.0.0.5:5432", "10.0.0.5:5432"));
    BOOST_TEST(covers("::/0", "[2001:db8::/32]:443"));
    BOOST_TEST(!covers("10.0.0.5", "10.0.0.0/8"));
    BOOST_TEST(!covers("10.0.0.5:5432", "10.0.0.5"));
    BOOST_TEST(!covers("10.0.0.5:5432", "10.0.0.5:5433"));
    BOOST_TEST(!covers("10.0.0.0/9", "10.128.0.0/9"));
    BOOST_TEST(!covers("::/0", "0.0.0.0/0"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
