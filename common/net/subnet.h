// The addresses that share a prefix: 10.0.0.0/8, 2001:db8::/32. A single address is one of full
// length.
#pragma once

#include <string_view>

#include "common/net/address.h"

namespace net {

class Subnet {
public:
    /// "ADDR" or "ADDR/LENGTH", with LENGTH up to 32 for IPv4 and 128 for IPv6. Throws
    /// std::invalid_argument.
    static Subnet parse(std::string_view text);

    [[nodiscard]] bool contains(const Address& address) const;
    /// Whether every address of `other` is in it.
    [[nodiscard]] bool contains(const Subnet& other) const
    {
        return length_ <= other.length_ && contains(other.address_);
    }
    [[nodiscard]] const Address& address() const { return address_; }

private:
    Address address_;
    unsigned length_ = 0; ///< in bits of the 128; an IPv4 prefix counts the 96 of the mapped form
};

} // namespace net
