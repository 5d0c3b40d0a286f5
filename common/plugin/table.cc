#include "common/plugin/table.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace plugin {
namespace {

/// In characters, each of them one column wide: all bytes of UTF-8 but those that go on with one.
std::size_t width_of(std::string_view text)
{
    constexpr unsigned char continuation_mask = 0xc0;
    constexpr unsigned char continuation = 0x80;
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](unsigned char c) {
        return (c & continuation_mask) != continuation;
    }));
}

} // namespace

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
        std::size_t width = width_of(columns_[i].heading);
        for (const std::vector<std::string>& row : rows_)
            width = std::max(width, width_of(row[i]));
        widths.push_back(width);
    }

    const auto format_line = [&](const auto& cell_of) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            line += i == 0 ? "" : "  ";
            const std::string& cell = cell_of(i);
            const std::string padding(widths[i] - width_of(cell), ' ');
            line += columns_[i].align == Column::Align::right ? padding + cell : cell + padding;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        return line;
    };

    std::vector<std::string> lines = {
        format_line([&](std::size_t i) -> const std::string& { return columns_[i].heading; })};
    for (const std::vector<std::string>& row : rows_)
        lines.push_back(format_line([&](std::size_t i) -> const std::string& { return row[i]; }));
    return lines;
}

} // namespace plugin
