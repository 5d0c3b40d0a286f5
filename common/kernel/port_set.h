// A set of port numbers: one bit for each of the 65,536.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace kernel {

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

    void insert(std::uint16_t port) { ports_.set(port); }
    void insert(PortRange range)
    {
        for (std::size_t port = range.low; port <= range.high; ++port)
            ports_.set(port);
    }

    // An index of 16 bits cannot leave the set, so no check is needed here, once a socket.
    [[nodiscard]] bool contains(std::uint16_t port) const { return ports_[port]; }
    [[nodiscard]] std::size_t size() const { return ports_.count(); }

    PortSet& operator|=(const PortSet& other)
    {
        ports_ |= other.ports_;
        return *this;
    }
    PortSet& operator&=(const PortSet& other)
    {
        ports_ &= other.ports_;
        return *this;
    }
    /// Takes out what is in `other`.
    PortSet& operator-=(const PortSet& other)
    {
        ports_ &= ~other.ports_;
        return *this;
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
    std::bitset<all_ports> ports_;
};

} // namespace kernel
