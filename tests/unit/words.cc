#include "common/text/words.h"

#include <boost/test/unit_test.hpp>

namespace {

using Words = std::vector<std::string_view>;

BOOST_AUTO_TEST_SUITE(words)

BOOST_AUTO_TEST_CASE(spaces_part_words_however_many_there_are)
{
    BOOST_TEST(
        (text::split_at_spaces("  tcp      6 117  x=1 ") == Words{"tcp", "6", "117", "x=1"}));
}

BOOST_AUTO_TEST_CASE(there_are_no_words_in_spaces_alone)
{
    BOOST_TEST(text::split_at_spaces("").empty());
    BOOST_TEST(text::split_at_spaces("   ").empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
