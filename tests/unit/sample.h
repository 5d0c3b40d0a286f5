// Sockets and settings for tests, each described by what matters in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/kernel/port_settings.h"
#include "common/sockets/socket.h"

namespace sample {

/// 64 ports, as in the live tests, and the kernel's defaults otherwise.
inline kernel::PortSettings settings(net::PortRange range = {40000, 40063})
{
    kernel::PortSettings settings;
    settings.range = range;
    settings.time_wait_reuse = kernel::TimeWaitReuse::loopback;
    settings.time_wait_reuse_delay = std::chrono::seconds(1);
    settings.timestamps = true;
    return settings;
}

/// A connection to `destination`:5432.
inline sockets::Socket connection(std::uint16_t local_port,
                                  std::string_view destination = "10.0.0.5",
                                  std::string_view source = "10.0.0.1")
{
    sockets::Socket socket;
    socket.state = sockets::SocketState::established;
    socket.local_port = local_port;
    socket.remote_port = 5432;
    socket.local_address = net::Address::parse(source);
    socket.remote_address = net::Address::parse(destination);
    return socket;
}

/// The same in TIME_WAIT, closed `age` ago.
inline sockets::Socket time_wait(std::uint16_t local_port, std::chrono::milliseconds age,
                                 std::string_view destination = "10.0.0.5",
                                 std::string_view source = "10.0.0.1")
{
    sockets::Socket socket = connection(local_port, destination, source);
    socket.state = sockets::SocketState::time_wait;
    socket.expires_in = std::chrono::seconds(60) - age;
    return socket;
}

/// A socket that listens on the port, or is only bound to it.
inline sockets::Socket holder(std::uint16_t local_port, sockets::SocketState state)
{
    sockets::Socket socket;
    socket.state = state;
    socket.local_port = local_port;
    return socket;
}

} // namespace sample
