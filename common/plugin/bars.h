// A row of numbers drawn as bars, one character each: ▁▂▃▄▅▆▇█, or ASCII characters like them if
// the locale is not UTF-8.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace plugin {

enum class Charset { ascii, utf8 };

/// What the environment says of LC_CTYPE: LC_ALL before LC_CTYPE before LANG, the first that is not
/// empty (locale(7)). Schedulers mostly run checks without any of them.
Charset environment_charset();

/// One bar a number, the largest number the full height; `_` for 0.
std::string draw_bars(std::span<const std::uint32_t> numbers, Charset charset);

} // namespace plugin
