// Which tuples the user wants to hear of.
#include "common/ports/watch.h"

#include <stdexcept>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using net::Address;
using net::Subnet;
using ports::Destination;
using ports::Tuple;
using ports::Watch;
namespace data = boost::unit_test::data;

Tuple tuple(const char* destination, std::uint16_t port, const char* source = "10.0.0.1")
{
    return {Address::parse(source), Address::parse(destination), port};
}

bool matches(const char* destination, const Tuple& tuple)
{
    return Destination::parse(destination).matches(tuple);
}

BOOST_AUTO_TEST_SUITE(watch)

BOOST_AUTO_TEST_CASE(destination_without_a_port_matches_every_port)
{
    BOOST_TEST(matches("10.0.0.5", tuple("10.0.0.5", 1)));
    BOOST_TEST(matches("10.0.0.5", tuple("10.0.0.5", 65535)));
    BOOST_TEST(!matches("10.0.0.5", tuple("10.0.0.6", 1)));
    BOOST_TEST(matches("10.0.0.0/8", tuple("10.9.9.9", 1)));
    BOOST_TEST(matches("2001:db8::/32", tuple("2001:db8::1", 1)));
    BOOST_TEST(matches("::1", tuple("::1", 1)));
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

BOOST_DATA_TEST_CASE(refused_is_what_is_no_destination, data::make(malformed), text)
{
    BOOST_CHECK_THROW(Destination::parse(text), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(everything_is_covered_where_nothing_was_said)
{
    BOOST_TEST(Watch().covers(tuple("10.0.0.5", 1)));
    BOOST_TEST(Watch().covers(tuple("::1", 1)));
}

BOOST_AUTO_TEST_CASE(one_family_is_covered_where_it_was_asked_for)
{
    Watch watch;
    watch.family = Watch::Family::ipv4;
    BOOST_TEST(watch.covers(tuple("10.0.0.5", 1)));
    BOOST_TEST(watch.covers(tuple("::ffff:10.0.0.5", 1)));
    BOOST_TEST(!watch.covers(tuple("::1", 1, "::1")));
    watch.family = Watch::Family::ipv6;
    BOOST_TEST(!watch.covers(tuple("10.0.0.5", 1)));
    BOOST_TEST(watch.covers(tuple("::1", 1, "::1")));
}

BOOST_AUTO_TEST_CASE(tuples_from_any_of_the_sources_are_covered)
{
    Watch watch;
    watch.sources = {Subnet::parse("10.0.0.1"), Subnet::parse("192.168.0.0/16")};
    BOOST_TEST(watch.covers(tuple("10.0.0.5", 1, "10.0.0.1")));
    BOOST_TEST(watch.covers(tuple("10.0.0.5", 1, "192.168.7.7")));
    BOOST_TEST(!watch.covers(tuple("10.0.0.5", 1, "10.0.0.2")));
}

BOOST_AUTO_TEST_CASE(tuples_to_any_of_the_destinations_are_covered_but_not_to_an_exclusion)
{
    Watch watch;
    watch.destinations = {Destination::parse("10.0.0.0/8"), Destination::parse("[::1]:80")};
    watch.exclusions = {Destination::parse("10.0.0.5:5432")};
    BOOST_TEST(watch.covers(tuple("10.0.0.5", 5433)));
    BOOST_TEST(watch.covers(tuple("::1", 80)));
    BOOST_TEST(!watch.covers(tuple("::1", 81)));
    BOOST_TEST(!watch.covers(tuple("10.0.0.5", 5432)));
}

BOOST_AUTO_TEST_CASE(source_and_destination_must_both_fit)
{
    Watch watch;
    watch.sources = {Subnet::parse("10.0.0.1")};
    watch.destinations = {Destination::parse("10.0.0.5")};
    BOOST_TEST(watch.covers(tuple("10.0.0.5", 1, "10.0.0.1")));
    BOOST_TEST(!watch.covers(tuple("10.0.0.5", 1, "10.0.0.2")));
    BOOST_TEST(!watch.covers(tuple("10.0.0.6", 1, "10.0.0.1")));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
