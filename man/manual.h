// The manual page of a check: what its options and description say, around sections written by
// hand. So the page, `--help` and the shell's completion cannot disagree.
#pragma once

#include <string>
#include <string_view>

#include "common/plugin/description.h"
#include "common/plugin/options.h"

namespace manual {

/// In hand-written sections, the line that stands for the options and the performance data.
constexpr std::string_view options_marker = "@OPTIONS@";

/// The page in mdoc(7). `sections` are the hand-written ones, from DESCRIPTION on, with
/// `options_marker` between them; `date` reads like "November 22, 2026". Throws std::runtime_error
/// if an option has no text, or the sections have no marker.
std::string format_page(const plugin::Description& description, const plugin::Options& options,
                        std::string_view sections, std::string_view date);

} // namespace manual
