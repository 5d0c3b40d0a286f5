#include "common/kernel/bound_socket_canary.h"

#include <algorithm>
#include <cerrno>
#include <random>
#include <vector>

#include "common/kernel/port_settings.h"
#include "common/kernel/question_tuple.h"

namespace kernel {
namespace {

/// The first port that everybody may bind to.
std::uint16_t first_port()
{
    constexpr std::uint16_t usual_start = 1024;
    // Below it stand services, even if this host lets everybody start them.
    return std::max(usual_start, read_unprivileged_port_start().value_or(usual_start));
}

std::vector<std::uint16_t> ports_outside(net::PortRange range)
{
    std::vector<std::uint16_t> ports;
    for (std::size_t port = first_port(); port < net::PortSet::all_ports; ++port) {
        if (!range.contains(static_cast<std::uint16_t>(port)))
            ports.push_back(static_cast<std::uint16_t>(port));
    }
    return ports;
}

} // namespace

BoundSocketCanary::BoundSocketCanary(net::PortRange range)
{
    constexpr int tries = 8;
    const std::vector<std::uint16_t> ports = ports_outside(range);
    if (ports.empty())
        return;
    try {
        socket_.emplace(true, Protocol::tcp);
        socket_->let_others_bind();
    } catch (const OracleUnavailable&) {
        return;
    }
    std::random_device device;
    std::uniform_int_distribution<std::size_t> index(0, ports.size() - 1);
    for (int i = 0; i < tries; ++i) {
        const std::uint16_t port = ports[index(device)];
        const int error = socket_->bind_to({draw_question_address(), port});
        if (error == 0)
            port_ = port;
        if (error != EADDRINUSE)
            return;
    }
}

} // namespace kernel
