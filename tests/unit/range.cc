// The threshold ranges, by the examples of the Monitoring Plugins Development Guidelines.
#include "common/plugin/range.h"

#include <limits>
#include <stdexcept>
#include <string>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/unit/throws.h"

namespace {

using plugin::Range;
namespace data = boost::unit_test::data;

bool alerts(const char* range, double value)
{
    return Range::parse(range, Range::Unit::none).alerts(value);
}

bool alerts_percent(const char* range, double value)
{
    return Range::parse(range, Range::Unit::percent).alerts(value);
}

std::string compare(double value, const char* range)
{
    return Range::parse(range, Range::Unit::none).compare(value, "%");
}

BOOST_AUTO_TEST_SUITE(range)

BOOST_AUTO_TEST_CASE(alerts_below_0_and_above_the_end_for_a_single_number)
{
    BOOST_TEST(alerts("10", -1));
    BOOST_TEST(!alerts("10", 0));
    BOOST_TEST(!alerts("10", 10));
    BOOST_TEST(alerts("10", 10.01));
}

BOOST_AUTO_TEST_CASE(alerts_below_the_start_for_an_open_end)
{
    BOOST_TEST(alerts("10:", 9.99));
    BOOST_TEST(!alerts("10:", 10));
    BOOST_TEST(!alerts("10:", 1e300));
}

BOOST_AUTO_TEST_CASE(alerts_above_the_end_alone_for_a_start_of_minus_infinity)
{
    BOOST_TEST(!alerts("~:10", -1e300));
    BOOST_TEST(!alerts("~:10", 10));
    BOOST_TEST(alerts("~:10", 10.01));
}

BOOST_AUTO_TEST_CASE(alerts_outside_of_start_and_end)
{
    BOOST_TEST(alerts("10:20", 9.99));
    BOOST_TEST(!alerts("10:20", 10));
    BOOST_TEST(!alerts("10:20", 20));
    BOOST_TEST(alerts("10:20", 20.01));
}

BOOST_AUTO_TEST_CASE(alerts_inside_of_start_and_end_both_included_behind_an_at_sign)
{
    BOOST_TEST(!alerts("@10:20", 9.99));
    BOOST_TEST(alerts("@10:20", 10));
    BOOST_TEST(alerts("@10:20", 20));
    BOOST_TEST(!alerts("@10:20", 20.01));
    BOOST_TEST(alerts("@10", 0));
    BOOST_TEST(!alerts("@10", 11));
    BOOST_TEST(alerts("@~:10", -5));
    BOOST_TEST(alerts("@10:", 11));
}

BOOST_AUTO_TEST_CASE(starts_at_0_if_nothing_stands_before_the_colon)
{
    BOOST_TEST(alerts(":10", -1));
    BOOST_TEST(!alerts(":10", 0));
    BOOST_TEST(alerts(":10", 11));
}

BOOST_AUTO_TEST_CASE(never_alerts_if_both_ends_are_open)
{
    BOOST_TEST(!alerts("~:", -1e300));
    BOOST_TEST(!alerts("~:", 1e300));
}

BOOST_AUTO_TEST_CASE(alerts_off_the_one_value_of_an_empty_span)
{
    BOOST_TEST(!alerts("5:5", 5));
    BOOST_TEST(alerts("5:5", 5.01));
    BOOST_TEST(alerts("0", 0.01));
    BOOST_TEST(!alerts("0", 0));
}

BOOST_AUTO_TEST_CASE(takes_decimals_and_negative_numbers)
{
    BOOST_TEST(alerts("-10.5:-2.25", -10.6));
    BOOST_TEST(!alerts("-10.5:-2.25", -10.5));
    BOOST_TEST(alerts("-10.5:-2.25", -2));
    BOOST_TEST(!alerts("0.000001:0.5", 0.25));
}

BOOST_AUTO_TEST_CASE(alerts_for_what_is_no_number_rather_than_calling_it_fine)
{
    BOOST_TEST(alerts("10", std::numeric_limits<double>::quiet_NaN()));
}

BOOST_AUTO_TEST_CASE(takes_percent_signs_if_the_metric_is_a_percentage)
{
    BOOST_TEST(alerts_percent("80%", 81));
    BOOST_TEST(!alerts_percent("80%", 80));
    BOOST_TEST(alerts_percent("10%:20%", 21));
    BOOST_TEST(!alerts_percent("10%:20", 20));
    BOOST_TEST(alerts_percent("~:62.5%", 62.6));
    BOOST_TEST(alerts_percent("@10%:", 10));
}

const char* const malformed[] = {"",     "abc",   "20:10",  ":",     "@",     "@:",   "~",
                                 "10:~", "~:~",   "::",     "1:2:3", "1e3",   "0x10", "nan",
                                 "inf",  "-inf",  "10:inf", " 10",   "10 ",   "1 0",  "10\n",
                                 "+10",  "-",     ".",      "1,5",   "1.2.3", "@@10", "10@",
                                 "--1",  "10:-5", "5;6",    "1|2",   "80%%",  "%",    "8%0",
                                 "%80",  "80% ",  ":%",     "%:10",  "~%:10"};

BOOST_DATA_TEST_CASE(refused_if_the_guidelines_do_not_know_it, data::make(malformed), text)
{
    BOOST_CHECK_THROW(Range::parse(text, Range::Unit::none), std::invalid_argument);
    BOOST_CHECK_THROW(Range::parse(text, Range::Unit::percent), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(refused_if_it_has_a_percent_sign_and_the_metric_is_no_percentage)
{
    BOOST_CHECK_THROW(Range::parse("80%", Range::Unit::none), std::invalid_argument);
    BOOST_CHECK_THROW(Range::parse("10%:20", Range::Unit::none), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(refused_if_a_number_is_beyond_all_bounds)
{
    BOOST_CHECK_THROW(Range::parse("1" + std::string(400, '0'), Range::Unit::none),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(errors_say_what_is_wrong)
{
    const auto error = [](const char* text) {
        return text_of_error<std::invalid_argument>([&] { Range::parse(text, Range::Unit::none); });
    };
    BOOST_TEST(holds(error("abc"), "@10:20"));
    BOOST_TEST(error("20:10") == "the range starts above its end");
}

BOOST_AUTO_TEST_CASE(text_stays_as_the_user_wrote_it_but_for_percent_signs)
{
    BOOST_TEST(Range::parse("@010:20.50", Range::Unit::none).text() == "@010:20.50");
    BOOST_TEST(Range::parse("~:", Range::Unit::none).text() == "~:");
    BOOST_TEST(Range::parse("@10%:20%", Range::Unit::percent).text() == "@10:20");
}

BOOST_AUTO_TEST_CASE(compared_with_the_one_bound_that_was_crossed_if_the_range_is_that_simple)
{
    BOOST_TEST(compare(71.9, "66") == "> 66%");
    BOOST_TEST(compare(-1, "66") == "< 0%");
    BOOST_TEST(compare(5, "10:") == "< 10%");
    BOOST_TEST(compare(11, "~:10") == "> 10%");
    BOOST_TEST(compare(10, "@10:") == ">= 10%");
    BOOST_TEST(compare(10, "@~:10") == "<= 10%");
}

BOOST_AUTO_TEST_CASE(compared_with_both_its_ends_if_it_has_two)
{
    BOOST_TEST(compare(9, "10:20.5") == "is not in 10:20.5");
    BOOST_TEST(compare(15, "@10:20.5") == "is in 10:20.5");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
