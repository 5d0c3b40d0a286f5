#include "common/plugin/output_openmetrics.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace plugin {
namespace {

/// The family of a name: what TYPE, UNIT and HELP speak of.
struct Family {
    std::string name;
    std::string unit; ///< in words, the end of the name; empty where there is none
    std::string help; ///< empty where there is none
    bool counter = false;
};

/// Letters, digits and underscores are all that a name may hold.
std::string make_name(std::string text)
{
    std::replace_if(
        text.begin(), text.end(),
        [](char c) {
            return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
        },
        '_');
    return text;
}

/// "ephemeral_ports" of "check_ephemeral_ports".
std::string prefix_of(std::string_view check)
{
    constexpr std::string_view start = "check_";
    if (check.starts_with(start))
        check.remove_prefix(start.size());
    return make_name(std::string(check));
}

/// In HELP a backslash, a quote and a newline would need escapes; our own texts have none.
std::string plain(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c == '\\' || c == '"' || c < ' '; },
        ' ');
    return text;
}

std::string unit_in_words(std::string_view unit)
{
    if (unit == "%")
        return "ratio";
    if (unit == "s")
        return "seconds";
    if (unit == "B")
        return "bytes";
    return "";
}

std::string help_of(const Description& description, const std::string& label)
{
    const auto found =
        std::find_if(description.metrics.begin(), description.metrics.end(),
                     [&](const MetricMeaning& metric) { return metric.label == label; });
    return found == description.metrics.end() ? "" : found->meaning;
}

std::string format_sample(const Family& family, double value)
{
    std::string text =
        fmt::format("# TYPE {} {}\n", family.name, family.counter ? "counter" : "gauge");
    if (!family.unit.empty())
        text += fmt::format("# UNIT {} {}\n", family.name, family.unit);
    if (!family.help.empty())
        text += fmt::format("# HELP {} {}.\n", family.name, plain(family.help));
    return text + fmt::format("{}{} {}\n", family.name, family.counter ? "_total" : "", value);
}

std::string format_metric(const Description& description, const Metric& metric)
{
    constexpr double full = 100;
    Family family;
    family.name = prefix_of(description.name) + '_' + make_name(metric.label);
    family.unit = unit_in_words(metric.unit);
    family.help = help_of(description, metric.label);
    family.counter = metric.unit == "c";
    if (!family.unit.empty())
        family.name += '_' + family.unit;
    return format_sample(family, metric.unit == "%" ? *metric.value / full : *metric.value);
}

} // namespace

std::string format_openmetrics(const Description& description, const Report& report)
{
    Family state;
    state.name = prefix_of(description.name) + "_state";
    state.help = "The state of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN";
    std::string text = format_sample(state, static_cast<int>(report.state));
    for (const Metric& metric : report.metrics)
        if (metric.value)
            text += format_metric(description, metric);
    return text + "# EOF\n";
}

} // namespace plugin
