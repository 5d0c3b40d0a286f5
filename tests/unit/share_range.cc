// Ranges that may hold shares of a whole: `80%` of tcp_max_tw_buckets.
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "common/plugin/range.h"

namespace {

using plugin::Range;

Range share(const char* text)
{
    return Range::parse(text, Range::Unit::share);
}

BOOST_AUTO_TEST_SUITE(share_range)

BOOST_AUTO_TEST_CASE(a_share_becomes_a_count_that_alerts_as_the_exact_share_would)
{
    const Range range = share("80%").of(1001);
    BOOST_TEST(range.text() == "800");
    BOOST_TEST(!range.alerts(800));
    BOOST_TEST(range.alerts(801));
}

BOOST_AUTO_TEST_CASE(a_plain_count_stays_as_the_user_wrote_it)
{
    BOOST_TEST(share("20000").of(1000).text() == "20000");
    BOOST_TEST(share("@10:20").of(1000).text() == "@10:20");
}

BOOST_AUTO_TEST_CASE(shares_and_counts_may_stand_in_one_range)
{
    BOOST_TEST(share("10:50%").of(1000).text() == "10:500");
    BOOST_TEST(share("1%:").of(1000).text() == "10:");
    BOOST_TEST(share("@~:50%").of(1000).text() == "@~:500");
    BOOST_CHECK_THROW((void)share("600:50%").of(1000), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_share_of_nothing_is_a_range_too)
{
    BOOST_TEST(share("1%:").of(0).text() == "0:");
    BOOST_TEST(share("@0%:").of(1000).text() == "@0:");
    BOOST_TEST(share("80%").of(0).text() == "0");
}

BOOST_AUTO_TEST_CASE(what_is_no_range_is_refused_at_once)
{
    BOOST_CHECK_THROW(share("%"), std::invalid_argument);
    BOOST_CHECK_THROW(share("80%%"), std::invalid_argument);
    BOOST_CHECK_THROW(share("90%:20%"), std::invalid_argument);
    BOOST_CHECK_THROW(share("-5%"), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
