#include "common/net/address.h"

#include <arpa/inet.h>
#include <stdexcept>

namespace net {

Address Address::parse(std::string_view text)
{
    const std::string terminated(text);
    if (terminated.size() == text.size() && terminated.find('\0') == std::string::npos) {
        in_addr ipv4_bytes{};
        if (inet_pton(AF_INET, terminated.c_str(), &ipv4_bytes) == 1)
            return ipv4(ipv4_bytes.s_addr);
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
