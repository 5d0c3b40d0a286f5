// The counters of /proc/net/stat/nf_conntrack.
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "common/kernel/conntrack_counters.h"

namespace {

BOOST_AUTO_TEST_SUITE(conntrack_counters)

BOOST_AUTO_TEST_CASE(a_column_is_hexadecimal_and_summed_over_processors)
{
    const char* const text = "entries  clashres insert_failed drop early_drop\n"
                             "0000000a 00000000 00000010 00000001 00000000\n"
                             "0000000a 00000000 0000000f 00000002 00000000\n";
    BOOST_TEST(kernel::parse_conntrack_counter(text, "insert_failed").value() == 31U);
    BOOST_TEST(kernel::parse_conntrack_counter(text, "drop").value() == 3U);
    BOOST_TEST(!kernel::parse_conntrack_counter(text, "search_restart").has_value());
}

BOOST_AUTO_TEST_CASE(a_line_that_ends_too_early_is_an_error)
{
    BOOST_CHECK_THROW(kernel::parse_conntrack_counter("entries drop\n0000000a\n", "drop"),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
