// Hashes of addresses and ports for the tables of tuples: cheap, and well mixed, because a million
// tuples differ in a few bits.
//
// The parts of a key are multiplied by different numbers, added, and the sum is mixed: multilinear
// hashing, whose multiplications need not wait for each other.
#pragma once

#include <array>
#include <cstdint>

namespace sockets {

/// The finisher of splitmix64: every bit of the result depends on every bit of `bits`.
constexpr std::uint64_t mix(std::uint64_t bits)
{
    constexpr unsigned first_shift = 30;
    constexpr unsigned second_shift = 27;
    constexpr unsigned third_shift = 31;
    bits = (bits ^ (bits >> first_shift)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> second_shift)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> third_shift);
}

/// Odd numbers without a pattern: the fractional parts of the square roots of 2, 3, 5 and 7.
constexpr std::array<std::uint64_t, 4> hash_factors = {0x6a09e667f3bcc909U, 0xbb67ae8584caa73bU,
                                                       0x3c6ef372fe94f82bU, 0xa54ff53a5f1d36f1U};

constexpr std::uint64_t join(std::uint32_t high, std::uint32_t low)
{
    constexpr unsigned word_bits = 32;
    return std::uint64_t{high} << word_bits | low;
}

constexpr std::uint32_t high_half(std::uint64_t joined)
{
    constexpr unsigned word_bits = 32;
    return static_cast<std::uint32_t>(joined >> word_bits);
}
constexpr std::uint32_t low_half(std::uint64_t joined)
{
    return static_cast<std::uint32_t>(joined);
}

/// Of two addresses and whatever else.
constexpr std::uint64_t hash_of(const std::array<std::uint32_t, 4>& one,
                                const std::array<std::uint32_t, 4>& other, std::uint64_t rest)
{
    return mix(rest + hash_factors[0] * join(one[0], one[1]) +
               hash_factors[1] * join(one[2], one[3]) + hash_factors[2] * join(other[0], other[1]) +
               hash_factors[3] * join(other[2], other[3]));
}

} // namespace sockets
