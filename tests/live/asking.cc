// The kernel asked for every single port.
#include "tests/live/lab.h"

#include <utility>
#include <vector>

#include "tests/live/features.h"

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

/// The same where no socket can be told its port: the ports that `attempt` gets until it fails.
template <class Try>
net::PortSet fill(net::PortRange range, const Manner& manner, const Try& attempt)
{
    net::PortSet given;
    std::vector<FileDescriptor> filling;
    for (Attempt next; (next = attempt(manner));) {
        const std::uint16_t port = local_endpoint(next.socket).port;
        if (range.contains(port))
            given.insert(port);
        filling.push_back(std::move(next.socket));
    }
    return given;
}

template <class Try>
net::PortSet ask(net::PortRange range, const Manner& manner, const Try& attempt)
{
    return has(Feature::local_port_range) ? ask_each(range, manner, attempt)
                                          : fill(range, manner, attempt);
}

} // namespace

net::PortSet ask_connect(const Endpoint& destination, net::PortRange range, Manner manner)
{
    manner.deferred = true;
    return ask(range, manner, [&](const Manner& one) { return try_connect(destination, one); });
}

net::PortSet ask_bind(const net::Address& address, net::PortRange range, Manner manner)
{
    manner.bind = {address, 0};
    return ask(range, manner, [](const Manner& one) { return try_bind(one); });
}

} // namespace lab
