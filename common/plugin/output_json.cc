#include "common/plugin/output_json.h"

#include <cmath>
#include <cstdint>
#include <optional>

#include <nlohmann/json.hpp>

#include "config.h"

namespace plugin {
namespace {

/// With its keys in the order in which they were added, which people read better.
using Json = nlohmann::ordered_json;

/// A whole number without a decimal point, as a reader expects a count.
Json to_json(double number)
{
    constexpr double exact_integers = 9007199254740992; // 2^53
    if (std::trunc(number) == number && std::abs(number) < exact_integers)
        return static_cast<std::int64_t>(number);
    return number;
}

Json to_json(const std::optional<double>& number)
{
    return number ? to_json(*number) : Json(nullptr);
}

Json to_json(const Cell& cell)
{
    const double* const number = std::get_if<double>(&cell.value());
    if (number != nullptr)
        return to_json(*number);
    const std::string* const text = std::get_if<std::string>(&cell.value());
    return text != nullptr ? Json(*text) : Json(nullptr);
}

Json range_to_json(const std::string& range)
{
    return range.empty() ? Json(nullptr) : Json(range);
}

Json to_json(const Metric& metric)
{
    return {
        {"value", to_json(metric.value)},           {"unit", metric.unit},
        {"warning", range_to_json(metric.warning)}, {"critical", range_to_json(metric.critical)},
        {"min", to_json(metric.minimum)},           {"max", to_json(metric.maximum)}};
}

Json to_json(const Table& table)
{
    Json rows = Json::array();
    for (const std::vector<Cell>& cells : table.rows()) {
        Json row = Json::object();
        for (std::size_t i = 0; i < cells.size(); ++i)
            row[table.columns()[i].key] = to_json(cells[i]);
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

std::string format_json(const Description& description, const Report& report)
{
    Json metrics = Json::object();
    for (const Metric& metric : report.metrics)
        metrics[metric.label] = to_json(metric);
    Json tables = Json::object();
    for (const Table& table : report.tables)
        tables[table.name()] = to_json(table);

    const Json json = {{"schema", json_schema_version},
                       {"check", description.name},
                       {"version", PACKAGE_VERSION},
                       {"state", name(report.state)},
                       {"state_code", static_cast<int>(report.state)},
                       {"summary", report.sentence},
                       {"metrics", std::move(metrics)},
                       {"tables", std::move(tables)},
                       {"details", report.details}};
    // A name from outside need not be UTF-8, which JSON must be.
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace plugin
