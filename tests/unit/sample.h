// Sockets, settings and snapshots for tests, each described by what matters in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/kernel/port_settings.h"
#include "common/sockets/snapshot.h"
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

/// The same with another tcp_tw_reuse.
inline kernel::PortSettings settings(kernel::TimeWaitReuse reuse,
                                     net::PortRange range = {40000, 40063})
{
    kernel::PortSettings settings = sample::settings(range);
    settings.time_wait_reuse = reuse;
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

inline sockets::Socket in_state(sockets::Socket socket, sockets::SocketState state)
{
    socket.state = state;
    return socket;
}

/// That a program of this cgroup and user holds.
inline sockets::Socket owned(sockets::Socket socket, sockets::Owner owner)
{
    socket.inode = 1;
    socket.cgroup = owner.cgroup;
    socket.user = owner.user;
    return socket;
}

inline sockets::Socket on_device(sockets::Socket socket, std::uint32_t device)
{
    socket.device = device;
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

/// On loopback, where the kernel's defaults let connect() take it over.
inline sockets::Socket local_time_wait(std::uint16_t local_port, std::chrono::milliseconds age)
{
    return time_wait(local_port, age, "127.0.0.1", "127.0.0.1");
}

/// A FIN_WAIT2 that no program holds, with `left` of its time.
inline sockets::Socket fin_wait2(std::uint16_t local_port, std::chrono::milliseconds left,
                                 std::string_view destination = "10.0.0.5",
                                 std::string_view source = "10.0.0.1")
{
    sockets::Socket socket = connection(local_port, destination, source);
    socket.state = sockets::SocketState::fin_wait2;
    socket.expires_in = left;
    return socket;
}

/// A socket that listens on the port, or is only bound to it.
inline sockets::Socket holder(std::uint16_t local_port, sockets::SocketState state,
                              std::string_view address = "::")
{
    sockets::Socket socket;
    socket.state = state;
    socket.local_port = local_port;
    socket.local_address = net::Address::parse(address);
    return socket;
}
inline sockets::Socket listener(std::uint16_t local_port, std::string_view address = "::")
{
    return holder(local_port, sockets::SocketState::listening, address);
}
inline sockets::Socket bound(std::uint16_t local_port, std::string_view address = "::")
{
    return holder(local_port, sockets::SocketState::bound, address);
}

/// So many connections, from the range's first port on.
inline std::vector<sockets::Socket> connections(std::size_t number,
                                                std::string_view destination = "10.0.0.5",
                                                std::uint16_t first_port = 40000)
{
    std::vector<sockets::Socket> sockets;
    sockets.reserve(number);
    for (std::size_t i = 0; i < number; ++i)
        sockets.push_back(connection(static_cast<std::uint16_t>(first_port + i), destination));
    return sockets;
}

/// All of them, one list after the other.
template <class... Lists>
std::vector<sockets::Socket> join(std::vector<sockets::Socket> first, const Lists&... others)
{
    (first.insert(first.end(), others.begin(), others.end()), ...);
    return first;
}

/// What a reading finds that hands out these TCP sockets in this order.
inline sockets::Snapshot snapshot(const std::vector<sockets::Socket>& sockets,
                                  const kernel::PortSettings& settings = sample::settings(),
                                  std::optional<net::PortRange> read = {})
{
    sockets::Snapshot snapshot(settings, read);
    for (const sockets::Socket& socket : sockets)
        snapshot.add_tcp(socket);
    snapshot.connections.settle();
    return snapshot;
}

/// The same of UDP sockets.
inline sockets::Snapshot udp_snapshot(const std::vector<sockets::Socket>& sockets,
                                      const kernel::PortSettings& settings = sample::settings())
{
    sockets::Snapshot snapshot(settings);
    for (const sockets::Socket& socket : sockets)
        snapshot.add_udp(socket);
    return snapshot;
}

} // namespace sample
