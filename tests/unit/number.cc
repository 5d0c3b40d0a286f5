// How figures are written and percentages rounded.
#include "common/plugin/number.h"

#include <boost/test/unit_test.hpp>

namespace {

using plugin::format_number;
using plugin::percentage;

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
    BOOST_TEST(percentage(40, 64) == 62.5);
    BOOST_TEST(percentage(53, 64) == 82.8);
    BOOST_TEST(percentage(2, 3) == 66.7);
}

BOOST_AUTO_TEST_CASE(percentage_is_0_or_100_only_if_it_is_exactly_that)
{
    BOOST_TEST(percentage(0, 28232) == 0);
    BOOST_TEST(percentage(28232, 28232) == 100);
    BOOST_TEST(percentage(1, 28232) == 0.1);
    BOOST_TEST(percentage(28231, 28232) == 99.9);
}

BOOST_AUTO_TEST_CASE(percentage_is_100_if_there_is_no_whole)
{
    BOOST_TEST(percentage(0, 0) == 100);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
