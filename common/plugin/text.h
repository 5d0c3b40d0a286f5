// Text broken into lines that fit a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plugin {

/// The characters a terminal can be trusted to have in one line.
constexpr std::size_t terminal_width = 80;

/// `text` broken between words into lines of at most `width` characters, each but the first
/// indented by `indent` spaces, without a newline at its end.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

} // namespace plugin
