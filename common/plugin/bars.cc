#include "common/plugin/bars.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <string_view>

namespace plugin {
namespace {

constexpr std::size_t heights = 8;
using Glyphs = std::array<std::string_view, heights + 1>; // the first stands for 0

constexpr Glyphs blocks = {"_", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr Glyphs ascii_likeness = {"_", ".", ":", "-", "=", "+", "*", "%", "#"};

} // namespace

Charset environment_charset()
{
    for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const char* const value = std::getenv(name);
        if (value == nullptr || *value == '\0')
            continue;
        std::string text(value);
        std::erase(text, '-');
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return text.find("utf8") == std::string::npos ? Charset::ascii : Charset::utf8;
    }
    return Charset::ascii;
}

std::string draw_bars(std::span<const std::uint32_t> numbers, Charset charset)
{
    const Glyphs& glyphs = charset == Charset::utf8 ? blocks : ascii_likeness;
    std::uint64_t largest = 1;
    for (const std::uint32_t number : numbers)
        largest = std::max<std::uint64_t>(largest, number);

    std::string bars;
    for (const std::uint32_t number : numbers) // rounded up, so that only 0 has the first glyph
        bars += glyphs.at((std::uint64_t{number} * heights + largest - 1) / largest);
    return bars;
}

} // namespace plugin
