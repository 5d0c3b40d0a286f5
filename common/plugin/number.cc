#include "common/plugin/number.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

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

double round_percentage(double percentage)
{
    constexpr double finest = 0.1;
    constexpr double full = 100;
    const double rounded = std::round(percentage / finest) / (1 / finest);
    if (percentage > 0 && percentage < full)
        return std::clamp(rounded, finest, full - finest);
    return rounded;
}

} // namespace plugin
