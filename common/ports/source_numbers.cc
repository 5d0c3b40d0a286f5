#include "common/ports/source_numbers.h"

#include <array>
#include <map>

#include <arpa/inet.h>

namespace ports {
namespace {

struct Numbered {
    net::Address address;
    std::uint32_t number = 0;
    bool is_known = false;
};

} // namespace

/// Most addresses of a host differ in their last byte, so a number is looked for there first.
SourceNumbers::SourceNumbers(const sockets::Connections& connections) : numbers_(connections)
{
    std::array<Numbered, 256> by_last_byte{};
    std::map<net::Address, std::uint32_t> all;
    numbers_.for_each([&](sockets::TupleNumber tuple, std::uint32_t& number) {
        const net::Address address = connections.source(tuple);
        Numbered& recent = by_last_byte[ntohl(address.low_word()) % by_last_byte.size()];
        if (!recent.is_known || recent.address != address) {
            const auto next = static_cast<std::uint32_t>(addresses_.size());
            const auto [numbered, is_new] = all.try_emplace(address, next);
            if (is_new)
                addresses_.push_back(address);
            recent = {address, numbered->second, true};
        }
        number = recent.number;
    });
}

} // namespace ports
