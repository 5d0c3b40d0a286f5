// What connect() shares ports by.
#include "common/net/tuple.h"

#include <boost/test/unit_test.hpp>

namespace {

using net::Address;
using net::Tuple;

Tuple tuple(const char* source, const char* destination, std::uint32_t device = 0)
{
    return {Address::parse(source), Address::parse(destination), 5432, device};
}

BOOST_AUTO_TEST_SUITE(tuples)

BOOST_AUTO_TEST_CASE(either_end_or_the_device_makes_it_a_loopback_one)
{
    BOOST_TEST(tuple("127.0.0.1", "10.0.0.5").is_loopback());
    BOOST_TEST(tuple("10.0.0.1", "127.9.9.9").is_loopback());
    BOOST_TEST(tuple("::1", "::1").is_loopback());
    BOOST_TEST(tuple("10.0.0.1", "10.0.0.5", 1).is_loopback());
    BOOST_TEST(!tuple("10.0.0.1", "10.0.0.5").is_loopback());
    BOOST_TEST(!tuple("10.0.0.1", "10.0.0.5", 2).is_loopback());
    BOOST_TEST(!tuple("2001:db8::1", "2001:db8::5").is_loopback());
}

BOOST_AUTO_TEST_CASE(a_destination_is_written_with_the_device_if_there_is_one)
{
    BOOST_TEST(net::format_destination(tuple("10.0.0.1", "10.0.0.5")) == "10.0.0.5:5432");
    BOOST_TEST(net::format_destination(tuple("::1", "::1")) == "[::1]:5432");
    BOOST_TEST(net::format_destination(tuple("10.0.0.1", "10.0.0.5", 3)) ==
               "10.0.0.5:5432 on interface 3");
}

BOOST_AUTO_TEST_CASE(tuples_are_told_apart_and_ordered_by_each_of_their_parts)
{
    const Tuple one = tuple("10.0.0.1", "10.0.0.5");
    BOOST_TEST((one == tuple("::ffff:10.0.0.1", "10.0.0.5")));
    BOOST_TEST((one < tuple("10.0.0.2", "10.0.0.5")));
    BOOST_TEST((one < tuple("10.0.0.1", "10.0.0.6")));
    BOOST_TEST((one < tuple("10.0.0.1", "10.0.0.5", 1)));
    Tuple other_port = one;
    other_port.destination_port = 5433;
    BOOST_TEST((one < other_port));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
