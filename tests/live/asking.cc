// The kernel asked for every single port, or for ports until it refuses.
#include "tests/live/lab.h"

#include "tests/live/features.h"
#include "tests/live/filling.h"

namespace lab {

net::PortRange searched(net::PortRange range)
{
    const bool odd = range.size() % 2 == 1 && range.size() > 1;
    return {static_cast<std::uint16_t>(range.low + (odd ? 1 : 0)), range.high};
}

namespace {

/// The ports of `range` for which `attempt` succeeds, alone on it.
template <class Try>
net::PortSet ask_each(net::PortRange range, Manner manner, const Try& attempt)
{
    net::PortSet given;
    for (std::uint32_t port = range.low; port <= range.high; ++port) {
        const auto one = static_cast<std::uint16_t>(port);
        manner.ports = {one, one};
        if (attempt(manner))
            given.insert(one);
    }
    return given;
}

} // namespace

net::PortSet ask_connect(const Endpoint& destination, net::PortRange range, Manner manner)
{
    if (!has(Feature::local_port_range))
        return filling::connect_until_refused(destination, range, manner);
    manner.deferred = true;
    return ask_each(range, manner,
                    [&](const Manner& one) { return try_connect(destination, one); });
}

net::PortSet ask_bind(const net::Address& address, net::PortRange range, Manner manner)
{
    if (!has(Feature::local_port_range))
        return filling::bind_until_refused(address, range, manner);
    manner.bind = {address, 0};
    return ask_each(range, manner, [](const Manner& one) { return try_bind(one); });
}

} // namespace lab
