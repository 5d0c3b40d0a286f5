#include "man/declaration.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "common/plugin/output_openmetrics.h"
#include "common/text/json.h"

namespace declaration {
namespace {

using json::array;
using json::Member;
using json::object;
using json::quote;

/// An array of what `to_json` makes of each.
template <class Things, class Function>
std::string array_of(const Things& things, Function to_json)
{
    std::vector<std::string> elements;
    elements.reserve(things.size());
    for (const auto& thing : things)
        elements.push_back(to_json(thing));
    return array(elements);
}

std::string option_json(const plugin::Option& option)
{
    const std::string letter = option.short_name ? std::string(1, *option.short_name) : "";
    return object({{"name", quote(option.long_name)},
                   {"short", quote(letter)},
                   {"value", quote(option.value_name)},
                   {"text", quote(option.text)},
                   {"choices", array_of(option.choices, quote)},
                   {"repeatable", option.repeatable ? "true" : "false"}});
}

bool is_whole(plugin::Kind kind)
{
    return kind == plugin::Kind::count || kind == plugin::Kind::counter;
}

std::vector<Member> metric_members(const plugin::Description& description,
                                   const plugin::MetricMeaning& metric)
{
    return {{"label", quote(metric.label)},
            {"title", quote(metric.title)},
            {"meaning", quote(metric.meaning)},
            {"unit", quote(unit_of(metric.kind))},
            {"is_whole", is_whole(metric.kind) ? "true" : "false"},
            {"most", quote(metric.most)},
            {"openmetrics",
             quote(plugin::openmetrics_name(description, metric.label, unit_of(metric.kind)))}};
}

/// The word of JSON Schema for a value in a row.
const char* type_of(plugin::Kind kind)
{
    if (kind == plugin::Kind::text)
        return "string";
    if (kind == plugin::Kind::counts)
        return "array";
    return is_whole(kind) ? "integer" : "number";
}

std::string column_json(const plugin::Column& column)
{
    const bool is_always_there = column.presence == plugin::Column::Presence::always;
    return object({{"key", quote(column.key)},
                   {"title", quote(column.heading)},
                   {"meaning", quote(column.meaning)},
                   {"unit", quote(unit_of(column.kind))},
                   {"type", quote(type_of(column.kind))},
                   {"is_always_there", is_always_there ? "true" : "false"}});
}

std::string table_json(const plugin::TableMeaning& table)
{
    return object({{"name", quote(table.name)},
                   {"meaning", quote(table.meaning)},
                   {"columns", array_of(table.columns, column_json)}});
}

/// Its heading; if people do not see it, its key as words.
std::string title_of(const plugin::Column& column)
{
    if (!column.heading.empty())
        return column.heading;
    std::string words = column.key;
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

/// The labels of a table's series.
std::vector<std::string> labels_of(const plugin::TableMeaning& table)
{
    std::vector<std::string> labels;
    for (const plugin::Column& column : table.columns)
        if (column.role == plugin::Column::Role::label)
            labels.push_back(column.key);
    return labels;
}

/// What OpenMetrics prints of each row of a table, under the names of metrics.
std::vector<std::string> series_json(const plugin::Description& description)
{
    std::vector<std::string> series;
    for (const plugin::TableMeaning& table : description.tables)
        for (const plugin::Column& column : table.columns)
            if (column.role == plugin::Column::Role::series) {
                std::vector<Member> members =
                    metric_members(description, {.label = table.row + '_' + column.key,
                                                 .title = title_of(column),
                                                 .meaning = column.meaning,
                                                 .kind = column.kind});
                members.emplace_back("labels", array_of(labels_of(table), quote));
                series.push_back(object(members));
            }
    return series;
}

const char* name_of(plugin::Alert::When when)
{
    switch (when) {
    case plugin::Alert::When::above:
        break;
    case plugin::Alert::When::below:
        return "below";
    case plugin::Alert::When::above_share_of_maximum:
        return "above share of maximum";
    case plugin::Alert::When::grows:
        return "grows";
    case plugin::Alert::When::not_ok:
        return "not ok";
    }
    return "above";
}

const char* name_of(plugin::Alert::Urgency urgency)
{
    switch (urgency) {
    case plugin::Alert::Urgency::page:
        break;
    case plugin::Alert::Urgency::ticket:
        return "ticket";
    case plugin::Alert::Urgency::off:
        return "off";
    }
    return "page";
}

std::string alert_json(const plugin::Alert& alert)
{
    return object({{"metric", quote(alert.metric)},
                   {"when", quote(name_of(alert.when))},
                   {"urgency", quote(name_of(alert.urgency))},
                   {"problem", quote(alert.problem)},
                   {"consequence", quote(alert.consequence)},
                   {"warning", quote(alert.warning)},
                   {"critical", quote(alert.critical)},
                   {"setting", quote(alert.setting)},
                   {"unit", quote(alert.unit)},
                   {"forecast", quote(alert.forecast)},
                   {"cause", quote(alert.cause)}});
}

std::string service_json(const plugin::Service& service)
{
    return object({{"title", quote(service.title)},
                   {"arguments", quote(service.arguments)},
                   {"minutes", fmt::format("{}", service.minutes)}});
}

} // namespace

std::string format_json(const plugin::Description& description, const plugin::Options& options)
{
    const auto to_metric = [&](const plugin::MetricMeaning& metric) {
        return object(metric_members(description, metric));
    };
    return object({{"name", quote(description.name)},
                   {"question", quote(description.question)},
                   {"options", array_of(options.all(), option_json)},
                   {"positional", quote(options.arguments_name())},
                   {"metrics", array_of(description.metrics, to_metric)},
                   {"tables", array_of(description.tables, table_json)},
                   {"series", array(series_json(description))},
                   {"alerts", array_of(description.alerts, alert_json)},
                   {"services", array_of(description.services, service_json)}}) +
           '\n';
}

} // namespace declaration
