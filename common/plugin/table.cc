#include "common/plugin/table.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace plugin {

void Table::add_row(std::vector<std::string> cells)
{
    if (cells.size() != columns_.size())
        throw std::logic_error("a row of a table has one cell a column");
    rows_.push_back(std::move(cells));
}

std::vector<std::string> Table::lines() const
{
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = columns_[i].heading.size();
        for (const std::vector<std::string>& row : rows_)
            width = std::max(width, row[i].size());
        widths.push_back(width);
    }

    const auto format_line = [&](const auto& cell_of) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            line += i == 0 ? "" : "  ";
            line += columns_[i].align == Column::Align::right
                        ? fmt::format("{:>{}}", cell_of(i), widths[i])
                        : fmt::format("{:<{}}", cell_of(i), widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        return line;
    };

    std::vector<std::string> lines = {
        format_line([&](std::size_t i) { return columns_[i].heading; })};
    for (const std::vector<std::string>& row : rows_)
        lines.push_back(format_line([&](std::size_t i) { return row[i]; }));
    return lines;
}

} // namespace plugin
