#include "common/ports/source_numbers.h"

#include <arpa/inet.h>

namespace ports {

SourceNumbers::SourceNumbers(const sockets::Connections& connections) : numbers_(connections)
{
    numbers_.for_each([&](sockets::TupleNumber tuple, std::uint32_t& number) {
        number = number_of(connections.source(tuple));
    });
}

std::uint32_t SourceNumbers::number_of(const net::Address& address)
{
    Numbered& recent = recent_[ntohl(address.low_word()) % recent_.size()];
    if (!recent.is_known || recent.address != address) {
        const auto next = static_cast<std::uint32_t>(addresses_.size());
        const auto [numbered, is_new] = all_.try_emplace(address, next);
        if (is_new)
            addresses_.push_back(address);
        recent = {address, numbered->second, true};
    }
    return recent.number;
}

} // namespace ports
