#include "common/net/address.h"

#include <arpa/inet.h>
#include <optional>
#include <stdexcept>

namespace net {
namespace {

/// "10.0.0.5" in network byte order; nothing if it has another form. As strict as inet_pton(), and
/// faster: a capture has two in each line.
std::optional<std::uint32_t> find_ipv4(std::string_view text)
{
    constexpr std::size_t bytes = 4;
    constexpr std::uint32_t largest = 255;
    constexpr std::uint32_t ten = 10;
    std::array<std::uint8_t, bytes> address{};
    for (std::size_t i = 0; i < bytes; ++i) {
        std::uint32_t number = 0;
        std::size_t digits = 0;
        while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' &&
               number <= largest)
            number = ten * number + static_cast<std::uint32_t>(text[digits++] - '0');
        const bool has_leading_zero = digits > 1 && text.front() == '0';
        if (digits == 0 || number > largest || has_leading_zero)
            return std::nullopt;
        address[i] = static_cast<std::uint8_t>(number);
        text.remove_prefix(digits);
        const bool is_last = i + 1 == bytes;
        if (is_last ? !text.empty() : !text.starts_with('.'))
            return std::nullopt;
        text.remove_prefix(is_last ? 0 : 1);
    }
    return std::bit_cast<std::uint32_t>(address);
}

} // namespace

Address Address::parse(std::string_view text)
{
    if (const auto bytes = find_ipv4(text))
        return ipv4(*bytes);
    const std::string terminated(text);
    if (terminated.size() == text.size() && terminated.find('\0') == std::string::npos) {
        Address address;
        if (inet_pton(AF_INET6, terminated.c_str(), address.words_.data()) == 1)
            return address;
    }
    throw std::invalid_argument("not a numeric IPv4 or IPv6 address");
}

bool Address::is_loopback() const
{
    constexpr std::uint32_t loopback_network = 127;
    constexpr unsigned first_byte_shift = 24;
    if (is_ipv4())
        return ntohl(words_[3]) >> first_byte_shift == loopback_network;
    return words_ == std::array<std::uint32_t, 4>{0, 0, 0, htonl(1)};
}

bool Address::is_wildcard() const
{
    return words_[3] == 0 && (is_ipv4() || *this == Address());
}

std::string Address::text() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_ipv4())
        return inet_ntop(AF_INET, &words_[3], text.data(), text.size());
    return inet_ntop(AF_INET6, words_.data(), text.data(), text.size());
}

} // namespace net
