#include "common/plugin/bars.h"

#include <array>
#include <cstdlib>

#include <boost/test/unit_test.hpp>

#include "common/plugin/table.h"

namespace {

using plugin::Charset;

constexpr std::array<std::uint32_t, 5> numbers = {0, 1, 400, 799, 800};

/// The charset if the environment has only these.
Charset charset_of(const char* all, const char* ctype, const char* lang)
{
    setenv("LC_ALL", all, 1);
    setenv("LC_CTYPE", ctype, 1);
    setenv("LANG", lang, 1);
    const Charset charset = plugin::environment_charset();
    for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"})
        unsetenv(name);
    return charset;
}

BOOST_AUTO_TEST_SUITE(bars)

BOOST_AUTO_TEST_CASE(the_largest_is_full_and_only_zero_is_empty)
{
    BOOST_TEST(plugin::draw_bars(numbers, Charset::utf8) == "_▁▄██");
    BOOST_TEST(plugin::draw_bars(numbers, Charset::ascii) == "_.=##");
    BOOST_TEST(plugin::draw_bars(std::array<std::uint32_t, 2>{}, Charset::ascii) == "__");
}

BOOST_AUTO_TEST_CASE(the_first_locale_variable_that_is_not_empty_decides)
{
    BOOST_TEST((charset_of("", "", "") == Charset::ascii));
    BOOST_TEST((charset_of("", "", "en_GB.UTF-8") == Charset::utf8));
    BOOST_TEST((charset_of("", "C", "en_GB.UTF-8") == Charset::ascii));
    BOOST_TEST((charset_of("de_DE.utf8", "C", "C") == Charset::utf8));
}

BOOST_AUTO_TEST_CASE(a_table_counts_a_character_of_many_bytes_as_one_column)
{
    using plugin::Kind;
    plugin::Table table({"rows", "", {{"a", "a", "", Kind::text}, {"b", "b", "", Kind::text}}});
    table.add_row({"▁█", "x"});
    table.add_row({"__", "y"});
    BOOST_TEST(table.lines().at(0) == "a   b");
    BOOST_TEST(table.lines().at(1) == "▁█  x");
    BOOST_TEST(table.lines().at(2) == "__  y");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
