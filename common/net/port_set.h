// A set of port numbers: one bit for each of the 65,536, and their number beside them. A census
// asks for the number of held ports once a tuple, and counting bits takes 10 microseconds, which
// would be ten seconds for a million tuples.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

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
        size_ += ports_[port] ? 0 : 1;
        ports_[port] = true;
    }
    void insert(PortRange range)
    {
        for (std::size_t port = range.low; port <= range.high; ++port)
            insert(static_cast<std::uint16_t>(port));
    }

    [[nodiscard]] bool contains(std::uint16_t port) const { return ports_[port]; }
    [[nodiscard]] std::size_t size() const { return size_; }

    PortSet& operator|=(const PortSet& other)
    {
        ports_ |= other.ports_;
        return recounted();
    }
    PortSet& operator&=(const PortSet& other)
    {
        ports_ &= other.ports_;
        return recounted();
    }
    /// Takes out what is in `other`.
    PortSet& operator-=(const PortSet& other)
    {
        ports_ &= ~other.ports_;
        return recounted();
    }

    friend PortSet operator|(PortSet one, const PortSet& other) { return one |= other; }
    friend PortSet operator&(PortSet one, const PortSet& other) { return one &= other; }
    friend PortSet operator-(PortSet one, const PortSet& other) { return one -= other; }

    bool operator==(const PortSet&) const = default;

    /// Calls `visit` with each port, in ascending order.
    template <class Visitor>
    void for_each(Visitor visit) const
    {
        for (std::size_t port = 0; port < all_ports; ++port) {
            if (ports_[port])
                visit(static_cast<std::uint16_t>(port));
        }
    }

private:
    PortSet& recounted()
    {
        size_ = ports_.count();
        return *this;
    }

    std::bitset<all_ports> ports_;
    std::size_t size_ = 0;
};

/// "32768\t60999\n". Throws std::invalid_argument.
PortRange parse_port_range(std::string_view text);

/// "8080,9000-9100\n"; a newline alone is the empty list. Throws std::invalid_argument.
PortSet parse_port_list(std::string_view text);

/// "8080,9000-9100", as ip_local_reserved_ports wants it.
std::string format_port_list(const PortSet& ports);

} // namespace net
