// Performance data, by the ten rules of the Monitoring Plugins Development Guidelines:
// 'label'=value[UOM];[warn];[crit];[min];[max]
#include "common/plugin/perfdata.h"

#include <limits>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

namespace {

using plugin::format_perfdata;
using plugin::Metric;

Metric metric(const char* label, double value)
{
    Metric made;
    made.label = label;
    made.value = value;
    return made;
}

BOOST_AUTO_TEST_SUITE(perfdata)

BOOST_AUTO_TEST_CASE(label_stands_bare_if_it_needs_no_quotes)
{
    BOOST_TEST(format_perfdata(metric("range_size", 28232)) == "range_size=28232");
}

BOOST_AUTO_TEST_CASE(label_with_a_space_is_quoted)
{
    BOOST_TEST(format_perfdata(metric("ports left", 1)) == "'ports left'=1");
}

BOOST_AUTO_TEST_CASE(label_with_a_quote_is_quoted_and_the_quote_doubled)
{
    BOOST_TEST(format_perfdata(metric("it's", 1)) == "'it''s'=1");
    BOOST_TEST(format_perfdata(metric("'", 1)) == "''''=1");
}

BOOST_AUTO_TEST_CASE(label_with_an_equals_sign_or_none_at_all_is_refused)
{
    BOOST_CHECK_THROW(format_perfdata(metric("a=b", 1)), std::logic_error);
    BOOST_CHECK_THROW(format_perfdata(metric("", 1)), std::logic_error);
}

BOOST_AUTO_TEST_CASE(label_may_hold_what_an_address_is_written_with)
{
    BOOST_TEST(format_perfdata(metric("[::1]:5432", 1)) == "[::1]:5432=1");
}

BOOST_AUTO_TEST_CASE(value_is_U_without_a_unit_if_it_is_unknown)
{
    Metric unknown;
    unknown.label = "usage";
    unknown.unit = "%";
    unknown.warning = "66";
    BOOST_TEST(format_perfdata(unknown) == "usage=U;66");
}

BOOST_AUTO_TEST_CASE(value_is_U_if_it_is_no_number)
{
    BOOST_TEST(format_perfdata(metric("rate", std::numeric_limits<double>::infinity())) ==
               "rate=U");
    BOOST_TEST(format_perfdata(metric("rate", std::numeric_limits<double>::quiet_NaN())) ==
               "rate=U");
}

BOOST_AUTO_TEST_CASE(value_holds_digits_point_and_minus_only)
{
    BOOST_TEST(format_perfdata(metric("rate", -1.5)) == "rate=-1.5");
    BOOST_TEST(format_perfdata(metric("rate", 1e12)) == "rate=1000000000000");
}

BOOST_AUTO_TEST_CASE(unit_follows_the_value_at_once)
{
    for (const char* unit : {"s", "%", "B", "c"}) {
        Metric with_unit = metric("it", 2);
        with_unit.unit = unit;
        BOOST_TEST(format_perfdata(with_unit) == std::string("it=2") + unit);
    }
}

BOOST_AUTO_TEST_CASE(every_field_stands_in_its_place)
{
    Metric full = metric("usage", 62.5);
    full.unit = "%";
    full.warning = "66";
    full.critical = "90";
    full.minimum = 0;
    full.maximum = 100;
    BOOST_TEST(format_perfdata(full) == "usage=62.5%;66;90;0;100");
}

BOOST_AUTO_TEST_CASE(thresholds_are_ranges_as_the_user_wrote_them)
{
    Metric ranged = metric("left", 5);
    ranged.warning = "@10:020";
    ranged.critical = "~:10.50";
    BOOST_TEST(format_perfdata(ranged) == "left=5;@10:020;~:10.50");
}

BOOST_AUTO_TEST_CASE(fields_in_the_middle_stay_empty_if_there_is_nothing_to_say)
{
    Metric bounded = metric("used", 5);
    bounded.maximum = 64;
    BOOST_TEST(format_perfdata(bounded) == "used=5;;;;64");
    bounded.minimum = 0;
    BOOST_TEST(format_perfdata(bounded) == "used=5;;;0;64");
    bounded.critical = "60";
    BOOST_TEST(format_perfdata(bounded) == "used=5;;60;0;64");
}

BOOST_AUTO_TEST_CASE(semicolons_at_the_end_are_dropped)
{
    Metric warned = metric("used", 5);
    warned.warning = "60";
    BOOST_TEST(format_perfdata(warned) == "used=5;60");
    warned.critical = "62";
    BOOST_TEST(format_perfdata(warned) == "used=5;60;62");
    warned.minimum = 0;
    BOOST_TEST(format_perfdata(warned) == "used=5;60;62;0");
}

BOOST_AUTO_TEST_CASE(count_has_a_minimum_only_with_its_maximum)
{
    BOOST_TEST(format_perfdata(plugin::count_metric("tuples", 3)) == "tuples=3");
    BOOST_TEST(format_perfdata(plugin::count_metric("left", 3, 64)) == "left=3;;;0;64");
}

BOOST_AUTO_TEST_CASE(percentage_carries_the_thresholds_that_judge_it)
{
    using plugin::Range;
    const plugin::Thresholds thresholds = {Range::parse("66%", Range::Unit::percent),
                                           Range::parse("@90:", Range::Unit::percent)};
    BOOST_TEST(format_perfdata(plugin::percentage_metric("usage", 62.5, thresholds)) ==
               "usage=62.5%;66;@90:;0;100");
    BOOST_TEST(format_perfdata(plugin::percentage_metric("usage", 62.5, {})) ==
               "usage=62.5%;;;0;100");
}

BOOST_AUTO_TEST_CASE(seconds_are_exact_to_the_nanosecond)
{
    BOOST_TEST(format_perfdata(plugin::seconds_metric("search_time", 0.000001234)) ==
               "search_time=0.000001234s;;;0");
    BOOST_TEST(format_perfdata(plugin::seconds_metric("search_time", 1.5)) ==
               "search_time=1.5s;;;0");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
