// A table for the long output: columns aligned by spaces, numbers to the right, so that it reads
// well in a terminal, over ssh and in a monospaced web page.
#pragma once

#include <string>
#include <vector>

namespace plugin {

struct Column {
    enum class Align { left, right };

    std::string heading;
    Align align = Align::right;
};

class Table {
public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// `cells` has one text a column.
    void add_row(std::vector<std::string> cells);

    /// The heading and the rows, each a line.
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace plugin
