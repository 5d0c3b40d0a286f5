// How figures are written and percentages rounded.
#include "common/plugin/number.h"

#include <boost/test/unit_test.hpp>

namespace {

using plugin::format_number;
using plugin::round_percentage;

BOOST_AUTO_TEST_SUITE(number)

BOOST_AUTO_TEST_CASE(written_in_the_shortest_form_with_two_decimals_at_most)
{
    BOOST_TEST(format_number(40) == "40");
    BOOST_TEST(format_number(62.5) == "62.5");
    BOOST_TEST(format_number(62.504) == "62.5");
    BOOST_TEST(format_number(62.506) == "62.51");
    BOOST_TEST(format_number(100) == "100");
    BOOST_TEST(format_number(0) == "0");
    BOOST_TEST(format_number(-3.25) == "-3.25");
    BOOST_TEST(format_number(1e15) == "1000000000000000");
}

BOOST_AUTO_TEST_CASE(never_minus_zero)
{
    BOOST_TEST(format_number(-0.0) == "0");
    BOOST_TEST(format_number(-0.001) == "0");
}

BOOST_AUTO_TEST_CASE(as_many_decimals_as_asked_for)
{
    BOOST_TEST(format_number(0.000123, 6) == "0.000123");
    BOOST_TEST(format_number(10, 0) == "10");
    BOOST_TEST(format_number(9.6, 0) == "10");
}

BOOST_AUTO_TEST_CASE(percentage_is_rounded_to_one_decimal)
{
    BOOST_TEST(format_number(round_percentage(62.54)) == "62.5");
    BOOST_TEST(format_number(round_percentage(66.666)) == "66.7");
    BOOST_TEST(format_number(round_percentage(0.3)) == "0.3");
}

BOOST_AUTO_TEST_CASE(percentage_is_0_or_100_only_where_it_is_exactly_that)
{
    BOOST_TEST(format_number(round_percentage(0)) == "0");
    BOOST_TEST(format_number(round_percentage(100)) == "100");
    BOOST_TEST(format_number(round_percentage(0.0001)) == "0.1");
    BOOST_TEST(format_number(round_percentage(99.9999)) == "99.9");
}

BOOST_AUTO_TEST_CASE(percentage_compares_equal_to_the_threshold_that_prints_alike)
{
    BOOST_TEST(round_percentage(66.66) == 66.7);
    BOOST_TEST(round_percentage(89.9999) == 90.0);
    BOOST_TEST(round_percentage(0.31) == 0.3);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
