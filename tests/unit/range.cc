#include "common/plugin/range.h"

#include <boost/test/unit_test.hpp>

namespace {

using plugin::Range;

bool alerts(const char* range, double value)
{
    return Range::parse(range, Range::Unit::none).alerts(value);
}

BOOST_AUTO_TEST_SUITE(range)

BOOST_AUTO_TEST_CASE(alerts_below_0_and_above_the_end_for_a_single_number)
{
    BOOST_TEST(alerts("10", -1));
    BOOST_TEST(!alerts("10", 0));
    BOOST_TEST(!alerts("10", 10));
    BOOST_TEST(alerts("10", 10.01));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
