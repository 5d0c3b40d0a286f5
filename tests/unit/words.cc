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

BOOST_AUTO_TEST_CASE(words_come_one_by_one_whatever_space_parts_them_and_empty_in_the_end)
{
    text::Words words(" ESTAB\t0  10.0.0.1:9\r");
    BOOST_TEST(words.next() == "ESTAB");
    BOOST_TEST(words.next() == "0");
    BOOST_TEST(words.next() == "10.0.0.1:9");
    BOOST_TEST(words.next().empty());
    BOOST_TEST(words.next().empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
