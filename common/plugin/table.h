// A table of what was found. For people: columns aligned by spaces, numbers to the right, so that
// it reads well in a terminal, over ssh and in a monospaced web page. For programs: the same rows
// as objects, in JSON, and the columns that say so as labelled series, in OpenMetrics.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/plugin/meaning.h"

namespace plugin {

/// A text, a number, which a program gets as a number, or numbers that people see as a text. Absent
/// if there is no value: a program does not get the key then.
class Cell {
public:
    struct Numbers {
        std::vector<double> values;
        std::string text;
    };
    struct Number {
        double value;
        int decimals; ///< at most
    };
    using Value = std::variant<std::monostate, std::string, Number, Numbers>;

    Cell(std::nullopt_t /*none*/) {}
    Cell(std::string text) : value_(std::move(text)) {}
    Cell(const char* text) : value_(std::string(text)) {}
    Cell(double number, int decimals = 2);
    Cell(std::integral auto number) : Cell(static_cast<double>(number)) {}
    Cell(std::span<const std::uint32_t> numbers, std::string text)
        : value_(Numbers{{numbers.begin(), numbers.end()}, std::move(text)})
    {
    }
    template <class T>
    Cell(const std::optional<T>& value)
    {
        if (value)
            *this = Cell(*value);
    }

    [[nodiscard]] const Value& value() const { return value_; }
    [[nodiscard]] bool is_absent() const { return std::holds_alternative<std::monostate>(value_); }
    [[nodiscard]] std::string text() const;

private:
    Value value_;
};

class Table {
public:
    explicit Table(TableMeaning meaning);

    /// `cells` has one a column, and only a column that is there sometimes may have an absent one:
    /// programs rely on the other keys.
    void add_row(std::vector<Cell> cells);

    [[nodiscard]] const std::string& name() const { return meaning_.name; }
    [[nodiscard]] const std::string& row_name() const { return meaning_.row; }
    [[nodiscard]] const std::vector<Column>& columns() const { return meaning_.columns; }
    [[nodiscard]] const std::vector<std::vector<Cell>>& rows() const { return rows_; }

    /// The heading and the rows, each a line; none if there is no row, or if no column has a
    /// heading. A column that is empty in all rows is left out.
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    [[nodiscard]] bool is_shown(std::size_t column) const;

    TableMeaning meaning_;
    std::vector<std::vector<Cell>> rows_;
};

} // namespace plugin
