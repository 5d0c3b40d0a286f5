// The words of a line, as the columns of files in /proc are read.
#pragma once

#include <string_view>
#include <vector>

namespace text {

/// The words that spaces part, however many.
std::vector<std::string_view> split_at_spaces(std::string_view line);

} // namespace text
