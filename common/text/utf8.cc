#include "common/text/utf8.h"

#include <algorithm>
#include <array>
#include <bit>

namespace text {
namespace {

constexpr unsigned char continuation_mask = 0xc0;
constexpr unsigned char continuation = 0x80;
constexpr unsigned continuation_bits = 6;

bool continues(char byte)
{
    return (static_cast<unsigned char>(byte) & continuation_mask) == continuation;
}

struct Span {
    char32_t first;
    char32_t last;
};

bool lies_in(char32_t code, const Span& span)
{
    return code >= span.first && code <= span.last;
}

constexpr char32_t first_of_ascii = ' ';
constexpr char32_t last_of_ascii = '~';
constexpr Span surrogates = {0xd800, 0xdfff};
constexpr char32_t last_code = 0x10ffff;

constexpr std::array unprintable = {
    Span{0x00, 0x1f},       // C0: an escape steers a terminal, a newline ends the line
    Span{0x7f, 0x9f},       // DEL and C1, some of them escapes of one byte
    Span{0x61c, 0x61c},     // the Arabic letter mark
    Span{0x200b, 0x200f},   // of no width; marks of direction
    Span{0x2028, 0x202e},   // separators of lines and paragraphs; embedding and override
    Span{0x2060, 0x206f},   // invisible operators; isolates
    Span{0xfeff, 0xfeff},   // a byte order mark
    Span{0xfff9, 0xfffb},   // interlinear annotation
    Span{0xfffe, 0xffff},   // no characters
    Span{0xe0000, 0xe0fff}, // tags and variants, never seen
};

} // namespace

std::optional<Character> first_character(std::string_view text)
{
    if (text.empty())
        return std::nullopt;
    const auto first = static_cast<unsigned char>(text.front());
    const auto leading_ones = static_cast<std::size_t>(std::countl_one(first));
    if (leading_ones == 0)
        return Character{first, 1};

    // The least code that needs so many bytes; below it, the form is overlong.
    constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
    if (leading_ones < 2 || leading_ones >= least.size() || leading_ones > text.size())
        return std::nullopt;
    char32_t code = first & (0xffU >> (leading_ones + 1));
    for (const char byte : text.substr(1, leading_ones - 1)) {
        if (!continues(byte))
            return std::nullopt;
        code = code << continuation_bits | (static_cast<unsigned char>(byte) & ~continuation_mask);
    }
    if (code < least.at(leading_ones) || code > last_code || lies_in(code, surrogates))
        return std::nullopt;
    return Character{code, leading_ones};
}

bool is_printable(char32_t code)
{
    if (code >= first_of_ascii && code <= last_of_ascii) // nearly all, and megabytes with -v
        return true;
    return std::none_of(unprintable.begin(), unprintable.end(),
                        [code](const Span& span) { return lies_in(code, span); });
}

std::string make_printable(std::string_view text)
{
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const std::optional<Character> character = first_character(text);
        const std::size_t length = character ? character->length : 1;
        if (character && is_printable(character->code))
            clean += text.substr(0, length);
        else
            clean += ' ';
        text.remove_prefix(length);
    }
    return clean;
}

std::size_t width_of(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

} // namespace text
