#include "common/net/subnet.h"

#include <algorithm>
#include <arpa/inet.h>
#include <stdexcept>

#include <fmt/format.h>

#include "common/text/number.h"

namespace net {

Subnet Subnet::parse(std::string_view text)
{
    Subnet subnet;
    const std::size_t slash = text.find('/');
    subnet.address_ = Address::parse(text.substr(0, slash));
    subnet.length_ = Address::bits;
    if (slash == std::string_view::npos)
        return subnet;

    const bool ipv4 = subnet.address_.is_ipv4() && text.find(':') == std::string_view::npos;
    const unsigned longest = ipv4 ? Address::bits - Address::ipv4_prefix_bits : Address::bits;
    const auto length = text::find_number<unsigned>(text.substr(slash + 1));
    if (!length || *length > longest)
        throw std::invalid_argument(
            fmt::format("the prefix length after / is a whole number from 0 to {}", longest));
    if (!ipv4 && subnet.address_.is_ipv4() && *length < Address::ipv4_prefix_bits)
        throw std::invalid_argument(
            "a shorter prefix than /96 of an IPv4-mapped address is of neither family");
    subnet.length_ = ipv4 ? Address::ipv4_prefix_bits + *length : *length;
    return subnet;
}

bool Subnet::contains(const Address& address) const
{
    // `::/0` is all of IPv6, and holds no IPv4 address though those are held in a form of IPv6.
    if (address.is_ipv4() != address_.is_ipv4())
        return false;
    constexpr unsigned word_bits = 32;
    for (unsigned i = 0; i * word_bits < length_; ++i) {
        const unsigned bits_here = std::min(length_ - i * word_bits, word_bits);
        const std::uint32_t mask = ~std::uint32_t{0} << (word_bits - bits_here);
        if (((address.words().at(i) ^ address_.words().at(i)) & htonl(mask)) != 0)
            return false;
    }
    return true;
}

} // namespace net
