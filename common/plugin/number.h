// How a figure is written: the shortest form that says it, the same in the sentence, in perfdata
// and in tables, so that an administrator can compare them.
#pragma once

#include <cstddef>
#include <string>

namespace plugin {

/// `value` in decimal with at most `decimals` digits behind the point and no trailing
/// zero: 62.5, 40.
std::string format_number(double value, int decimals = 2);

/// The number that format_number() writes: what is judged and what is printed are the same.
double round_number(double value, int decimals = 2);

/// How much of `whole` is `part`, in percent with at most one decimal, as the value that is judged,
/// printed and graphed alike. Never rounded up to 100 nor down to 0: "100 %" means that nothing is
/// left. 100 if there is no whole.
double percentage(std::size_t part, std::size_t whole);

} // namespace plugin
