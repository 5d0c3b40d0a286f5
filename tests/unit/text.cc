// Text broken into lines.
#include "common/plugin/text.h"

#include <boost/test/unit_test.hpp>

namespace {

using plugin::wrap;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(text_that_fits_stays_one_line)
{
    BOOST_TEST(wrap("", 10, 0).empty());
    BOOST_TEST(wrap("ten chars.", 10, 0) == "ten chars.");
}

BOOST_AUTO_TEST_CASE(text_breaks_between_words_at_the_width)
{
    BOOST_TEST(wrap("ten chars. and more", 10, 0) == "ten chars.\nand more");
    BOOST_TEST(wrap("ten chars.. and more", 10, 0) == "ten\nchars..\nand more");
}

BOOST_AUTO_TEST_CASE(lines_but_the_first_are_indented_and_the_indent_counts)
{
    BOOST_TEST(wrap("one two three", 7, 3) == "one\n   two\n   three");
}

BOOST_AUTO_TEST_CASE(word_longer_than_the_line_has_a_line_of_its_own)
{
    BOOST_TEST(wrap("a long-word-indeed b", 6, 0) == "a\nlong-word-indeed\nb");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
