#include "common/plugin/report.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/text/utf8.h"

namespace plugin {
namespace {

/// `|` would begin perfdata; a control character could end the line or steer a terminal, and what
/// is no UTF-8 breaks the databases that schedulers write to.
std::string sanitize(const std::string& text)
{
    std::string clean = text::make_printable(text);
    std::replace(clean.begin(), clean.end(), '|', '/');
    return clean;
}

/// `text` in `size` bytes at most, with an ellipsis if its end had to go. A character of UTF-8
/// is kept or dropped whole.
std::string shorten(std::string text, std::size_t size)
{
    constexpr std::string_view ellipsis = "...";
    constexpr unsigned char continuation_mask = 0xc0;
    constexpr unsigned char continuation = 0x80;
    if (text.size() <= size)
        return text;
    std::size_t end = size - std::min(size, ellipsis.size());
    while (end > 0 && (static_cast<unsigned char>(text[end]) & continuation_mask) == continuation)
        --end;
    text.resize(end);
    return text.append(ellipsis.substr(0, size));
}

std::string format_omission(std::size_t lines)
{
    return fmt::format("... {} more line{}, shown by -v\n", lines, lines == 1 ? "" : "s");
}

/// As many whole lines as `room` bytes take; if some are left out, the last line says so.
std::string format_lines(const std::vector<std::string>& lines, std::size_t room)
{
    std::string whole;
    for (const std::string& line : lines)
        whole += sanitize(line) + '\n';
    if (whole.size() <= room)
        return whole;

    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string line = sanitize(lines[i]) + '\n';
        const std::string omission = format_omission(lines.size() - i);
        if (text.size() + line.size() + omission.size() > room)
            return text.size() + omission.size() <= room ? text + omission : text;
        text += line;
    }
    return text;
}

/// The tables, then the details.
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

/// What stands behind a number in a sentence.
std::string spoken_unit(const std::string& unit)
{
    if (unit.empty() || unit == "c") // that it is a counter is for programs
        return "";
    return unit == "%" ? unit : ' ' + unit;
}

} // namespace

void Report::judge(State finding)
{
    state = is_judged ? worse(state, finding) : finding;
    is_judged = true;
}

Verdict Report::judge(Metric metric, const Thresholds& thresholds)
{
    metric = judged(std::move(metric), thresholds);
    Verdict verdict;
    if (metric.value && std::isfinite(*metric.value)) {
        metric.value = round_number(*metric.value, metric.decimals);
        const std::string unit = spoken_unit(metric.unit);
        verdict = plugin::judge(*metric.value, thresholds, unit);
        if (verdict.state != State::ok)
            verdict.phrase =
                fmt::format("{} {}{} {}", metric.label,
                            format_number(*metric.value, metric.decimals), unit, verdict.reason);
    } else {
        verdict.state = State::unknown;
        verdict.phrase = metric.label + " could not be measured";
    }
    judge(verdict.state);
    metrics.push_back(std::move(metric));
    return verdict;
}

std::string format_report(std::string_view service, const Report& report, std::size_t limit)
{
    const std::string beginning = fmt::format("{} {} - ", service, name(report.state));
    std::string perfdata;
    for (std::size_t i = 0; i < report.metrics.size(); ++i)
        perfdata += (i == 0 ? " | " : " ") + format_perfdata(report.metrics[i]);

    const std::vector<std::string> lines = long_output(report);

    // A sentence can be longer than anybody reads if it quotes what a user gave us. Perfdata is
    // for programs and stays whole.
    const std::size_t omission = lines.empty() ? 0 : format_omission(lines.size()).size();
    const std::size_t fixed = beginning.size() + perfdata.size() + 1 + omission;
    std::string text = beginning +
                       shorten(sanitize(report.sentence), limit - std::min(limit, fixed)) +
                       perfdata + '\n';
    return text + format_lines(lines, limit - std::min(limit, text.size()));
}

} // namespace plugin
