// The numbers in what the kernel prints and users write. The one place that calls from_chars().
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace text {

/// The whole of `text` as a number of type `Number`; nothing if it is none, or out of bounds.
template <std::integral Number>
std::optional<Number> find_number(std::string_view text, int base = 10)
{
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, base);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return number;
}

/// The same of a number with decimals, without an exponent, a sign `+` or a word such as "inf".
template <std::floating_point Number>
std::optional<Number> find_number(std::string_view text)
{
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    if (error != std::errc() || stop != end || !std::isfinite(number))
        return std::nullopt;
    return number;
}

/// The same. Throws std::invalid_argument if it is none.
template <class Number>
Number parse_number(std::string_view text)
{
    if (const std::optional<Number> number = find_number<Number>(text))
        return *number;
    throw std::invalid_argument("not a number in its bounds: '" + std::string(text) + "'");
}

/// The same of hexadecimal digits without a prefix.
template <class Number>
Number parse_hexadecimal(std::string_view text)
{
    constexpr int hexadecimal = 16;
    if (const std::optional<Number> number = find_number<Number>(text, hexadecimal))
        return *number;
    throw std::invalid_argument("not a hexadecimal number in its bounds: '" + std::string(text) +
                                "'");
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

} // namespace text
