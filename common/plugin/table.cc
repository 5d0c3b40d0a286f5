#include "common/plugin/table.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "common/plugin/number.h"
#include "common/text/utf8.h"

namespace plugin {

Cell::Cell(double number, int decimals)
{
    if (std::isfinite(number)) // no form of output has a word for anything else
        value_ = Number{number, decimals};
}

std::string Cell::text() const
{
    if (const auto* const number = std::get_if<Number>(&value_))
        return format_number(number->value, number->decimals);
    if (const auto* const numbers = std::get_if<Numbers>(&value_))
        return numbers->text;
    const auto* const text = std::get_if<std::string>(&value_);
    return text == nullptr ? "" : *text;
}

Table::Table(TableMeaning meaning) : meaning_(std::move(meaning))
{
    const bool has_series =
        std::any_of(columns().begin(), columns().end(),
                    [](const Column& column) { return column.role == Column::Role::series; });
    if (has_series && row_name().empty())
        throw std::logic_error("a table with series says what its rows are");
}

void Table::add_row(std::vector<Cell> cells)
{
    if (cells.size() != columns().size())
        throw std::logic_error("a row of a table has one cell a column");
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (cells[i].is_absent() && columns()[i].presence == Column::Presence::always)
            throw std::logic_error("a row of the table " + name() + " lacks " + columns()[i].key +
                                   ", which is declared to be there always");
    rows_.push_back(std::move(cells));
}

bool Table::is_shown(std::size_t column) const
{
    return !columns()[column].heading.empty() &&
           std::any_of(rows_.begin(), rows_.end(), [column](const std::vector<Cell>& row) {
               return !row[column].text().empty();
           });
}

std::vector<std::string> Table::lines() const
{
    if (rows_.empty())
        return {};

    std::vector<std::string> lines(1 + rows_.size());
    for (std::size_t column = 0; column < columns().size(); ++column) {
        if (!is_shown(column))
            continue;

        std::vector<std::string> texts = {columns()[column].heading};
        for (const std::vector<Cell>& row : rows_)
            texts.push_back(row[column].text());
        std::size_t width = 0;
        for (const std::string& text : texts)
            width = std::max(width, text::width_of(text));

        const Kind kind = columns()[column].kind;
        const bool right = kind != Kind::text && kind != Kind::counts;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            lines[i] += lines[i].empty() ? "" : "  ";
            const std::string padding(width - text::width_of(texts[i]), ' ');
            lines[i] += right ? padding + texts[i] : texts[i] + padding;
        }
    }
    // Only programs want a table without a heading.
    if (lines.front().empty())
        return {};
    for (std::string& line : lines)
        line.erase(line.find_last_not_of(' ') + 1);
    return lines;
}

} // namespace plugin
