// A number for each source address of the connections: there may be a million of these from a few
// addresses, or each in a tuple of its own. What is counted by address looks each tuple's up once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "common/net/address.h"
#include "common/sockets/connections.h"

namespace ports {

class SourceNumbers {
public:
    explicit SourceNumbers(const sockets::Connections& connections);

    [[nodiscard]] std::uint32_t of(sockets::TupleNumber tuple) const { return numbers_[tuple]; }
    /// By their numbers, from 0 on.
    [[nodiscard]] const std::vector<net::Address>& addresses() const { return addresses_; }

private:
    struct Numbered {
        net::Address address;
        std::uint32_t number = 0;
        bool is_known = false;
    };

    std::uint32_t number_of(const net::Address& address);

    sockets::PerTuple<std::uint32_t> numbers_;
    std::vector<net::Address> addresses_;
    std::map<net::Address, std::uint32_t> all_;
    std::array<Numbered, 256> recent_{}; ///< by the last byte of the address
};

} // namespace ports
