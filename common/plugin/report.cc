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

std::vector<std::string> long_output(const Report& report)
{
    std::vector<std::string> lines;
    for (const Table& table : report.tables) {
        const std::vector<std::string> rows = table.lines();
        lines.insert(lines.end(), rows.begin(), rows.end());
    }
    lines.insert(lines.end(), report.details.begin(), report.details.end());
    return lines;
}

} // namespace

std::string format_report(std::string_view service, const Report& report, std::size_t limit)
{
    std::string text =
        fmt::format("{} {} - {}", service, name(report.state), sanitize(report.sentence));
    for (std::size_t i = 0; i < report.metrics.size(); ++i)
        text += (i == 0 ? " | " : " ") + format_perfdata(report.metrics[i]);
    text += '\n';

    const std::vector<std::string> lines = long_output(report);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string line = sanitize(lines[i]) + '\n';
        const std::string omission =
            fmt::format("... {} more lines, shown by -v\n", lines.size() - i);
        const bool last = i + 1 == lines.size();
        if (text.size() + line.size() + (last ? 0 : omission.size()) > limit) {
            text += omission;
            break;
        }
        text += line;
    }
    return text;
}

} // namespace plugin
