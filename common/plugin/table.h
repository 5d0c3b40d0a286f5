// A table of what was found. For people: columns aligned by spaces, numbers to the right, so that
// it reads well in a terminal, over ssh and in a monospaced web page. For programs: the same rows
// as objects, in JSON.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace plugin {

struct Column {
    enum class Align { left, right };

    std::string key;     ///< in JSON: snake_case, fixed for ever
    std::string heading; ///< for people; empty where only programs want the column
    Align align = Align::right;
};

/// A text or a number, which a program gets as a number, or nothing, if it was not measured.
class Cell {
public:
    Cell(std::string text) : value_(std::move(text)) {}
    Cell(const char* text) : value_(std::string(text)) {}
    Cell(double number) : value_(number) {}
    Cell(std::optional<double> number)
    {
        if (number)
            value_ = *number;
    }
    Cell(std::integral auto number) : value_(static_cast<double>(number)) {}

    [[nodiscard]] const std::variant<std::monostate, std::string, double>& value() const
    {
        return value_;
    }
    [[nodiscard]] std::string text() const;

private:
    std::variant<std::monostate, std::string, double> value_;
};

class Table {
public:
    /// `name` is its key in JSON: what its rows are, such as "tuples".
    Table(std::string name, std::vector<Column> columns)
        : name_(std::move(name)), columns_(std::move(columns))
    {
    }

    /// `cells` has one a column.
    void add_row(std::vector<Cell> cells);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
    [[nodiscard]] const std::vector<std::vector<Cell>>& rows() const { return rows_; }

    /// The heading and the rows, each a line; none where there is no row.
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    std::string name_;
    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

} // namespace plugin
