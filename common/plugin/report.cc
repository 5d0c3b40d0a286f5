#include "common/plugin/report.h"

#include <algorithm>

#include <fmt/format.h>

namespace plugin {
namespace {

/// `|` would begin perfdata and a control character could end the line or steer a terminal.
std::string sanitize(std::string text)
{
    constexpr unsigned char first_printable = 0x20;
    constexpr unsigned char delete_character = 0x7f;
    std::replace_if(
        text.begin(), text.end(),
        [](unsigned char c) { return c < first_printable || c == delete_character; }, ' ');
    std::replace(text.begin(), text.end(), '|', '/');
    return text;
}

} // namespace

std::string format_report(std::string_view service, const Report& report, std::size_t limit)
{
    std::string text =
        fmt::format("{} {} - {}", service, name(report.state), sanitize(report.sentence));
    for (std::size_t i = 0; i < report.metrics.size(); ++i)
        text += (i == 0 ? " | " : " ") + format_perfdata(report.metrics[i]);
    text += '\n';

    for (std::size_t i = 0; i < report.details.size(); ++i) {
        const std::string line = sanitize(report.details[i]) + '\n';
        const std::string omission =
            fmt::format("... {} more lines, shown by -v\n", report.details.size() - i);
        const bool last = i + 1 == report.details.size();
        if (text.size() + line.size() + (last ? 0 : omission.size()) > limit) {
            text += omission;
            break;
        }
        text += line;
    }
    return text;
}

} // namespace plugin
