// A report's parts as text to compare.
#pragma once

#include <algorithm>
#include <string>

#include "common/plugin/report.h"
#include "tests/unit/throws.h"

/// All perfdata, as it stands behind the `|`.
inline std::string perfdata(const plugin::Report& report)
{
    std::string text;
    for (const plugin::Metric& metric : report.metrics)
        text += (text.empty() ? "" : " ") + plugin::format_perfdata(metric);
    return text;
}

/// The labels alone, in their order.
inline std::string labels(const plugin::Report& report)
{
    std::string text;
    for (const plugin::Metric& metric : report.metrics)
        text += (text.empty() ? "" : " ") + metric.label;
    return text;
}

/// The text of the cell under `key` in row number `row` of the first table; empty if it is absent.
inline std::string cell(const plugin::Report& report, std::size_t row, const std::string& key)
{
    const plugin::Table& table = report.tables.at(0);
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
        const plugin::Cell& cell = table.rows().at(row).at(column);
        if (table.columns()[column].key == key)
            return cell.is_absent() ? "" : cell.text();
    }
    return "no such column: " + key;
}

inline std::string keys(const plugin::Table& table)
{
    std::string text;
    for (const plugin::Column& column : table.columns())
        text += (text.empty() ? "" : " ") + column.key;
    return text;
}

/// Whether a line of the long output has `part` in it.
inline bool details_hold(const plugin::Report& report, const std::string& part)
{
    return std::any_of(report.details.begin(), report.details.end(),
                       [&](const std::string& line) { return holds(line, part); });
}
