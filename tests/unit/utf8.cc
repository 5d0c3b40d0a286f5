// UTF-8 from outside: what is a character, and what may be shown.
#include "common/text/utf8.h"

#include <array>

#include <boost/test/unit_test.hpp>

namespace {

using text::first_character;
using text::make_printable;

/// The bytes of `code` by the pattern of UTF-8 alone, in `length` of them.
std::string encode(char32_t code, std::size_t length)
{
    constexpr std::array<unsigned, 5> lead = {0, 0, 0xc0, 0xe0, 0xf0};
    std::string bytes(length, '\0');
    for (std::size_t i = length; i-- > 1; code >>= 6)
        bytes[i] = static_cast<char>(0x80 | (code & 0x3f));
    bytes[0] = static_cast<char>(lead.at(length == 1 ? 0 : length) | code);
    return bytes;
}

std::size_t shortest(char32_t code)
{
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(every_character_is_read_in_its_shortest_form_alone)
{
    for (char32_t code = 0; code < 0x110000; ++code) {
        const bool is_surrogate = code >= 0xd800 && code < 0xe000;
        for (std::size_t length = shortest(code); length <= 4; ++length) {
            const auto character = first_character(encode(code, length) + "x");
            const bool expected = length == shortest(code) && !is_surrogate;
            if (character.has_value() != expected)
                BOOST_ERROR("U+" << static_cast<unsigned long>(code) << " in " << length);
            if (character && (character->code != code || character->length != length))
                BOOST_ERROR("U+" << static_cast<unsigned long>(code) << " is misread");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_character_is_refused)
{
    for (const char* bytes :
         {"", "\x80", "\xbf", "\xc3", "\xc3(", "\xe2\x82", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
          "\xf7\xbf\xbf\xbf", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80", "\xfe", "\xff"})
        BOOST_TEST(!first_character(bytes).has_value(), bytes);
}

BOOST_AUTO_TEST_CASE(an_overlong_escape_never_gets_through)
{
    for (const char* bytes : {"\xc0\x9b", "\xe0\x80\x9b", "\xf0\x80\x80\x9b"})
        BOOST_TEST(make_printable(bytes) == std::string(std::string(bytes).size(), ' '));
}

BOOST_AUTO_TEST_CASE(surrogates_and_what_lies_beyond_unicode_become_spaces)
{
    BOOST_TEST(make_printable("a\xed\xa0\x80z") == "a   z");
    BOOST_TEST(make_printable("a\xed\xbf\xbfz") == "a   z");
    BOOST_TEST(make_printable("a\xf4\x90\x80\x80z") == "a    z");
}

BOOST_AUTO_TEST_CASE(control_characters_become_spaces)
{
    for (char32_t code = 0; code < 0xa0; ++code) {
        const bool is_control = code < 0x20 || code >= 0x7f;
        const std::string character = encode(code, shortest(code));
        BOOST_TEST(make_printable(character) == (is_control ? " " : character));
    }
}

BOOST_AUTO_TEST_CASE(what_turns_the_direction_ends_a_line_or_is_never_seen_becomes_a_space)
{
    for (const char32_t code :
         {0x61c,  0x200b, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c,
          0x202d, 0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff, 0xffff, 0xe0041})
        BOOST_TEST(make_printable("a" + encode(code, shortest(code)) + "z") == "a z");
}

BOOST_AUTO_TEST_CASE(letters_signs_and_pictures_stay)
{
    const std::string text = "größer than ▁█ 東京 … ‐ 😀 \xc2\xa0";
    BOOST_TEST(make_printable(text) == text);
}

BOOST_AUTO_TEST_CASE(width_counts_characters)
{
    BOOST_TEST(text::width_of("") == 0U);
    BOOST_TEST(text::width_of("abc") == 3U);
    BOOST_TEST(text::width_of("▁█ö") == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
