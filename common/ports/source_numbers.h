// A number for each source address of the connections: there may be a million of these from a few
// addresses, or each in a tuple of its own. What counts by address counts by its number.
#pragma once

#include <cstdint>
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
    sockets::PerTuple<std::uint32_t> numbers_;
    std::vector<net::Address> addresses_;
};

} // namespace ports
