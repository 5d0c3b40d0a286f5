// An IPv4 or IPv6 address.
//
// IPv4 is held as its IPv4-mapped IPv6 form, ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). A program that
// connects an IPv6 socket to a mapped address makes an IPv4 connection, which takes its port from
// the IPv4 tuple; held like this the two are equal without a step that one could forget.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <endian.h>
#include <string>
#include <string_view>

namespace net {

class Address {
public:
    static constexpr unsigned bits = 128;
    static constexpr unsigned ipv4_prefix_bits = 96;

    /// The IPv6 wildcard `::`.
    Address() = default;

    /// From network byte order, as the kernel hands them out.
    static Address ipv4(std::uint32_t network_order)
    {
        return Address({0, 0, mapped_marker(), network_order});
    }
    static Address ipv6(const std::array<std::uint32_t, 4>& network_order)
    {
        return Address(network_order);
    }

    /// Numeric only: "10.0.0.5", "::1", "::ffff:10.0.0.5". Throws std::invalid_argument.
    static Address parse(std::string_view text);

    [[nodiscard]] bool is_ipv4() const
    {
        return words_[0] == 0 && words_[1] == 0 && words_[2] == mapped_marker();
    }
    [[nodiscard]] bool is_loopback() const;
    /// 0.0.0.0 or ::
    [[nodiscard]] bool is_wildcard() const;

    /// The last four bytes, which are the whole of an IPv4 address, in network byte order.
    [[nodiscard]] std::uint32_t low_word() const { return words_[3]; }
    [[nodiscard]] const std::array<std::uint32_t, 4>& words() const { return words_; }

    [[nodiscard]] std::string text() const;

    /// In the order of their bytes.
    friend auto operator<=>(const Address& one, const Address& other)
    {
        return one.halves() <=> other.halves();
    }
    friend bool operator==(const Address& one, const Address& other)
    {
        return std::memcmp(&one.words_, &other.words_, sizeof one.words_) == 0;
    }

private:
    explicit Address(const std::array<std::uint32_t, 4>& words) : words_(words) {}

    /// 0000:ffff in network byte order.
    static constexpr std::uint32_t mapped_marker()
    {
        return std::endian::native == std::endian::little ? 0xffff0000U : 0x0000ffffU;
    }

    /// In this host's byte order.
    [[nodiscard]] std::array<std::uint64_t, 2> halves() const
    {
        const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(words_);
        return {be64toh(halves[0]), be64toh(halves[1])};
    }

    std::array<std::uint32_t, 4> words_{}; ///< in network byte order
};

} // namespace net
