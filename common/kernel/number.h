// The decimal numbers in what the kernel prints.
#pragma once

#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace kernel {

/// The whole of `text` as a decimal number of type `Number`. Throws std::invalid_argument.
template <class Number>
Number parse_number(std::string_view text)
{
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end)
        throw std::invalid_argument("not a number in its bounds: '" + std::string(text) + "'");
    return number;
}

/// Without the white space around it.
inline std::string_view trim(std::string_view text)
{
    constexpr std::string_view space = " \t\n";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

} // namespace kernel
