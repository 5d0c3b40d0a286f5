// How a figure is written: the shortest form that says it, the same in the sentence, in perfdata
// and in tables, so that an administrator can compare them.
#pragma once

#include <string>

namespace plugin {

/// `value` in decimal with at most `decimals` digits behind the point and no trailing
/// zero: 62.5, 40.
std::string format_number(double value, int decimals = 2);

/// A percentage of at most one decimal, as the value that is judged, printed and graphed alike.
/// Never rounds up to 100 what is below, nor down to 0 what is above: "100 %" means that nothing is
/// left.
double round_percentage(double percentage);

} // namespace plugin
