#include "common/plugin/number.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/text/number.h"

namespace plugin {

std::string format_number(double value, int decimals)
{
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

double round_number(double value, int decimals)
{
    return text::find_number<double>(format_number(value, decimals)).value_or(value);
}

double percentage(std::size_t part, std::size_t whole)
{
    constexpr double finest = 0.1;
    constexpr double full = 100;
    if (part >= whole)
        return full;
    if (part == 0)
        return 0;
    const double exact = full * static_cast<double>(part) / static_cast<double>(whole);
    return std::clamp(std::round(exact / finest) / (1 / finest), finest, full - finest);
}

} // namespace plugin
