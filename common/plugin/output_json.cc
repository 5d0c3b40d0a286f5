#include "common/plugin/output_json.h"

#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/text/json.h"

#include "config.h"

// Written by hand, because a library chooses itself how a number is written (7.19e-07,
// 71.90000000000001), and all our forms of output give the same figure in the same digits.
namespace plugin {
namespace {

using json::array;
using json::Member;
using json::object;
using json::quote;

std::string number(const std::optional<double>& value, int decimals)
{
    return value && std::isfinite(*value) ? format_number(*value, decimals) : "null";
}

std::string range(const std::string& text)
{
    return text.empty() ? "null" : quote(text);
}

std::string to_json(const Metric& metric)
{
    return object({{"value", number(metric.value, metric.decimals)},
                   {"unit", quote(metric.unit)},
                   {"warning", range(metric.warning)},
                   {"critical", range(metric.critical)},
                   {"min", number(metric.minimum, metric.decimals)},
                   {"max", number(metric.maximum, metric.decimals)}});
}

std::string to_json(const Cell& cell)
{
    if (const auto* const single = std::get_if<Cell::Number>(&cell.value()))
        return number(single->value, single->decimals);
    const auto* const numbers = std::get_if<Cell::Numbers>(&cell.value());
    if (numbers == nullptr)
        return quote(cell.text());
    std::vector<std::string> elements;
    elements.reserve(numbers->values.size());
    for (const double value : numbers->values)
        elements.push_back(number(value, 2));
    return array(elements);
}

std::string to_json(const Table& table)
{
    std::vector<std::string> rows;
    for (const std::vector<Cell>& cells : table.rows()) {
        std::vector<Member> row;
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (!cells[i].is_absent())
                row.emplace_back(table.columns()[i].key, to_json(cells[i]));
        rows.push_back(object(row));
    }
    return array(rows);
}

} // namespace

std::string format_json(const Description& description, const Report& report)
{
    std::vector<Member> metrics;
    metrics.reserve(report.metrics.size());
    for (const Metric& metric : report.metrics)
        metrics.emplace_back(metric.label, to_json(metric));
    std::vector<Member> tables;
    tables.reserve(report.tables.size());
    for (const Table& table : report.tables)
        tables.emplace_back(table.name(), to_json(table));
    std::vector<std::string> details;
    details.reserve(report.details.size());
    for (const std::string& detail : report.details)
        details.push_back(quote(detail));

    return object({{"schema", fmt::format("{}", json_schema_version)},
                   {"check", quote(description.name)},
                   {"version", quote(PACKAGE_VERSION)},
                   {"state", quote(name(report.state))},
                   {"state_code", fmt::format("{}", static_cast<int>(report.state))},
                   {"summary", quote(report.sentence)},
                   {"metrics", object(metrics)},
                   {"tables", object(tables)},
                   {"details", array(details)}}) +
           '\n';
}

} // namespace plugin
