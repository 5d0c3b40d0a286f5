// A set of port numbers: one bit for each of the 65,536, and their number beside them. A census
// asks for the number of held ports once a tuple, and counting bits takes 10 microseconds, which
// would be ten seconds for a million tuples.
//
// The bits are not in the object, because 8 KiB each would overflow a small stack.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace net {

/// A range of ports, both ends included.
struct PortRange {
    std::uint16_t low = 0;
    std::uint16_t high = 0;

    [[nodiscard]] bool contains(std::uint16_t port) const { return port >= low && port <= high; }

    /// The number of ports in it.
    [[nodiscard]] std::size_t size() const { return std::size_t{1} + high - low; }

    bool operator==(const PortRange&) const = default;
};

class PortSet {
public:
    static constexpr std::size_t all_ports = 65536;

    // An index of 16 bits cannot leave the set, so no check is needed here, once a socket.
    void insert(std::uint16_t port)
    {
        if (words_.empty())
            words_.resize(words);
        std::uint64_t& word = words_[port / word_bits];
        size_ += (word & bit(port)) == 0 ? 1 : 0;
        word |= bit(port);
    }
    void insert(PortRange range)
    {
        std::size_t port = range.low;
        while (port <= range.high) {
            if (port % word_bits == 0 && port + word_bits - 1 <= range.high)
                port += insert_word(port / word_bits);
            else
                insert(static_cast<std::uint16_t>(port++));
        }
    }

    [[nodiscard]] bool contains(std::uint16_t port) const
    {
        return !words_.empty() && (words_[port / word_bits] & bit(port)) != 0;
    }
    [[nodiscard]] std::size_t size() const { return size_; }

    PortSet& operator|=(const PortSet& other)
    {
        return combine(other, [](std::uint64_t one, std::uint64_t two) { return one | two; });
    }
    PortSet& operator&=(const PortSet& other)
    {
        return combine(other, [](std::uint64_t one, std::uint64_t two) { return one & two; });
    }
    /// Takes out what is in `other`.
    PortSet& operator-=(const PortSet& other)
    {
        return combine(other, [](std::uint64_t one, std::uint64_t two) { return one & ~two; });
    }

    friend PortSet operator|(PortSet one, const PortSet& other) { return std::move(one |= other); }
    friend PortSet operator&(PortSet one, const PortSet& other) { return std::move(one &= other); }
    friend PortSet operator-(PortSet one, const PortSet& other) { return std::move(one -= other); }

    friend bool operator==(const PortSet& one, const PortSet& other)
    {
        return one.size_ == other.size_ && (one.size_ == 0 || one.words_ == other.words_);
    }

    /// Calls `visit` with each port, in ascending order.
    template <class Visitor>
    void for_each(Visitor visit) const
    {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            for (std::uint64_t word = words_[i]; word != 0; word &= word - 1)
                visit(static_cast<std::uint16_t>(i * word_bits +
                                                 static_cast<unsigned>(std::countr_zero(word))));
        }
    }

private:
    static constexpr std::size_t word_bits = 64;
    static constexpr std::size_t words = all_ports / word_bits;

    static constexpr std::uint64_t bit(std::uint16_t port)
    {
        return std::uint64_t{1} << port % word_bits;
    }

    /// Inserts all ports of one word. Returns how many these are.
    std::size_t insert_word(std::size_t word)
    {
        if (words_.empty())
            words_.resize(words);
        size_ += word_bits - static_cast<std::size_t>(std::popcount(words_[word]));
        words_[word] = ~std::uint64_t{0};
        return word_bits;
    }

    template <class Combination>
    PortSet& combine(const PortSet& other, Combination combination)
    {
        words_.resize(words);
        size_ = 0;
        for (std::size_t i = 0; i < words; ++i) {
            words_[i] = combination(words_[i], other.words_.empty() ? 0 : other.words_[i]);
            size_ += static_cast<std::size_t>(std::popcount(words_[i]));
        }
        return *this;
    }

    std::vector<std::uint64_t> words_; ///< none as long as the set is empty
    std::size_t size_ = 0;
};

/// Collects the ports of a million sockets: a mark is one store, and an insert() into a set has to
/// look whether the port is there already, and to count it.
class PortMarks {
public:
    void mark(std::uint16_t port) { marks_[port] = 1; }
    [[nodiscard]] PortSet marked() const
    {
        PortSet ports;
        for (std::size_t port = 0; port < marks_.size(); ++port) {
            if (marks_[port] != 0)
                ports.insert(static_cast<std::uint16_t>(port));
        }
        return ports;
    }

private:
    std::vector<std::uint8_t> marks_ = std::vector<std::uint8_t>(PortSet::all_ports);
};

/// "32768\t60999\n". Throws std::invalid_argument.
PortRange parse_port_range(std::string_view text);

/// "32768-60999", or a single port. Throws std::invalid_argument.
PortRange parse_dashed_range(std::string_view text);

/// "8080,9000-9100\n"; a newline alone is the empty list. Throws std::invalid_argument.
PortSet parse_port_list(std::string_view text);

/// "8080,9000-9100", as ip_local_reserved_ports wants it.
std::string format_port_list(const PortSet& ports);

} // namespace net
