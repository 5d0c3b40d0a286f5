#include "common/plugin/table.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "common/plugin/number.h"

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

std::string Cell::text() const
{
    const double* const number = std::get_if<double>(&value_);
    if (number != nullptr)
        return format_number(*number);
    const std::string* const text = std::get_if<std::string>(&value_);
    return text != nullptr ? *text : "-";
}

void Table::add_row(std::vector<Cell> cells)
{
    if (cells.size() != columns_.size())
        throw std::logic_error("a row of a table has one cell a column");
    rows_.push_back(std::move(cells));
}

std::vector<std::string> Table::lines() const
{
    if (rows_.empty())
        return {};

    std::vector<std::string> lines(1 + rows_.size());
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        const auto& [key, heading, align] = columns_[column];
        if (heading.empty())
            continue;

        std::vector<std::string> texts = {heading};
        for (const std::vector<Cell>& row : rows_)
            texts.push_back(row[column].text());
        std::size_t width = 0;
        for (const std::string& text : texts)
            width = std::max(width, width_of(text));

        for (std::size_t i = 0; i < lines.size(); ++i) {
            lines[i] += lines[i].empty() ? "" : "  ";
            const std::string padding(width - width_of(texts[i]), ' ');
            lines[i] += align == Column::Align::right ? padding + texts[i] : texts[i] + padding;
        }
    }
    for (std::string& line : lines)
        line.erase(line.find_last_not_of(' ') + 1);
    return lines;
}

} // namespace plugin
