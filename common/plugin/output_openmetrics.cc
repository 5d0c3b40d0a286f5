#include "common/plugin/output_openmetrics.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/text/utf8.h"

#include "config.h"

namespace plugin {
namespace {

/// What TYPE, UNIT and HELP speak of, and its samples.
struct Family {
    std::string name;
    std::string unit; ///< in words, the end of the name; empty if there is none
    std::string help; ///< empty if there is none
    bool counter = false;
    struct Sample {
        std::string labels; ///< with their braces; empty if there are none
        std::string value;
    };
    std::vector<Sample> samples;
};

/// Letters, digits and underscores are all that a name may hold.
std::string make_name(std::string text)
{
    const auto may_stay = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    for (char& character : text)
        if (!may_stay(character))
            character = '_';
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

/// A label that begins with the prefix' last word does not repeat it: "range_size" of
/// check_ephemeral_range is "ephemeral_range_size".
std::string family_name(const std::string& prefix, const std::string& label, std::string_view unit)
{
    const std::string last_word = prefix.substr(prefix.rfind('_') + 1) + '_';
    std::string name = make_name(label);
    if (name.starts_with(last_word))
        name.erase(0, last_word.size());
    const std::string words = unit_in_words(unit);
    return prefix + '_' + name + (words.empty() ? "" : '_' + words);
}

/// Label values and HELP have escapes for these three, and for no others.
std::string escape(std::string_view text)
{
    std::string escaped;
    for (const char character : text) {
        if (character == '\n')
            escaped += "\\n";
        else if (character == '\\' || character == '"')
            escaped.append(1, '\\').append(1, character);
        else
            escaped += character;
    }
    return escaped;
}

/// The older text format knows no escape for a quote in HELP.
std::string plain(std::string text)
{
    std::replace(text.begin(), text.end(), '"', '\'');
    return escape(text);
}

/// `NAME="VALUE"`. What steers a display is no part of a value, which all kinds of pages show.
std::string label(const std::string& name, std::string_view value)
{
    return fmt::format("{}=\"{}\"", make_name(name), escape(text::make_printable(value)));
}

/// The figure of the other output forms; a percentage in hundredths of it.
std::string format_value(double value, int decimals, std::string_view unit)
{
    constexpr double full = 100;
    constexpr int digits_of_full = 2;
    return unit == "%" ? format_number(value / full, decimals + digits_of_full)
                       : format_number(value, decimals);
}

std::string help_of(const std::vector<MetricMeaning>& meanings, const std::string& label)
{
    const auto found =
        std::find_if(meanings.begin(), meanings.end(),
                     [&](const MetricMeaning& metric) { return metric.label == label; });
    return found == meanings.end() ? "" : found->meaning;
}

Family make_family(const Description& description, const std::string& label, std::string help,
                   std::string_view unit)
{
    Family family;
    family.name = family_name(prefix_of(description.name), label, unit);
    family.unit = unit_in_words(unit);
    family.help = std::move(help);
    family.counter = unit == "c";
    return family;
}

/// The same in the files of all checks, so that they may lie in one directory: a family whose
/// version is a label, and whose name is no check's.
Family build_info(const Description& description)
{
    const std::string prefix = prefix_of(description.name);
    Family family;
    family.name = prefix.substr(0, prefix.find('_')) + "_build_info";
    family.help = "Always 1; its labels name the check and its version";
    family.samples = {{fmt::format("{{{},{}}}", label("check", description.name),
                                   label("version", PACKAGE_VERSION)),
                       "1"}};
    return family;
}

Family state_of(const Description& description, const Report& report)
{
    Family family;
    family.name = prefix_of(description.name) + "_state";
    family.help = "The state of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN";
    family.samples = {{"", fmt::format("{}", static_cast<int>(report.state))}};
    return family;
}

/// The labels of a row. An absent one and an empty one mean the same to Prometheus.
std::string labels_of(const Table& table, const std::vector<Cell>& row)
{
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const Column& column = table.columns()[i];
        if (column.role == Column::Role::label && !row[i].text().empty())
            labels.push_back(label(column.key, row[i].text()));
    }
    return labels.empty() ? "" : fmt::format("{{{}}}", fmt::join(labels, ","));
}

Family series_of(const Description& description, const Table& table, std::size_t column)
{
    const Column& what = table.columns()[column];
    const char* const unit = unit_of(what.kind);
    Family family = make_family(description, table.row_name() + '_' + what.key, what.meaning, unit);
    std::set<std::string> seen;
    for (const std::vector<Cell>& row : table.rows()) {
        const auto* const number = std::get_if<Cell::Number>(&row[column].value());
        std::string labels = labels_of(table, row);
        if (number != nullptr && seen.insert(labels).second)
            family.samples.push_back(
                {std::move(labels), format_value(number->value, number->decimals, unit)});
    }
    return family;
}

/// Nothing if it has no sample.
std::string format(const Family& family)
{
    if (family.samples.empty())
        return "";
    std::string text =
        fmt::format("# TYPE {} {}\n", family.name, family.counter ? "counter" : "gauge");
    if (!family.unit.empty())
        text += fmt::format("# UNIT {} {}\n", family.name, family.unit);
    if (!family.help.empty())
        text += fmt::format("# HELP {} {}.\n", family.name, plain(family.help));
    for (const Family::Sample& sample : family.samples)
        text += fmt::format("{}{}{} {}\n", family.name, family.counter ? "_total" : "",
                            sample.labels, sample.value);
    return text;
}

} // namespace

std::string openmetrics_name(const Description& description, const std::string& label,
                             std::string_view unit)
{
    return family_name(prefix_of(description.name), label, unit) + (unit == "c" ? "_total" : "");
}

std::string format_openmetrics(const Description& description, const Report& report)
{
    std::string text = format(build_info(description)) + format(state_of(description, report));
    for (const Metric& metric : report.metrics) {
        Family family = make_family(description, metric.label,
                                    help_of(description.metrics, metric.label), metric.unit);
        if (metric.value && std::isfinite(*metric.value))
            family.samples = {{"", format_value(*metric.value, metric.decimals, metric.unit)}};
        text += format(family);
    }
    for (const Table& table : report.tables)
        for (std::size_t i = 0; i < table.columns().size(); ++i)
            if (table.columns()[i].role == Column::Role::series)
                text += format(series_of(description, table, i));
    return text + "# EOF\n";
}

} // namespace plugin
