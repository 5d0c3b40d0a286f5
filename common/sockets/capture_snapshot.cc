#include "common/sockets/capture_snapshot.h"

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "common/kernel/sockstat.h"

namespace sockets {
namespace {

kernel::SettingSource source_of(const Capture& capture)
{
    return {[&](std::string_view name) -> std::optional<std::string> {
                const auto found = capture.settings.find(name);
                if (found == capture.settings.end())
                    return std::nullopt;
                return std::string(found->second);
            },
            "the capture's net.ipv4.", false};
}

void require(const Capture& capture, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        if (!capture.settings.contains(name))
            throw std::runtime_error(fmt::format("the capture has no net.ipv4.{}; put the output "
                                                 "of `sysctl net.ipv4` before that of ss",
                                                 name));
    }
}

/// What the arithmetic relies on, or would take for a quieter host.
void require_sockets(const Capture& capture, const Wanted& wanted)
{
    if (wanted.tcp && !capture.has_listeners)
        throw std::runtime_error(
            "the capture has no listening socket, so connections that one accepted would look as "
            "if that host had opened them; take it with -a: ss -tano");
    if (wanted.udp && !capture.has_udp)
        throw std::runtime_error("the capture has no UDP socket; take it with -u: ss -tuano; "
                                 "or with /proc/net/udp and udp6");
}

/// At most so many sockets are bound to a port without being in the capture.
std::size_t most_hidden(const Capture& capture, std::size_t ports)
{
    const auto counted = kernel::most_hidden_sockets(
        capture.sockstat,
        capture.sockstat6.empty() ? std::nullopt : std::optional(capture.sockstat6));
    return std::min(counted.value_or(ports), ports);
}

/// Whether a socket that is told by its local end keeps out of IPv4, as far as can be known.
std::optional<bool> find_ipv6_only(const CapturedSocket& captured)
{
    const CapturedEnd& local = captured.local;
    if (captured.ipv6_only)
        return captured.ipv6_only;
    if (local.address.is_ipv4() || captured.remote.port != 0)
        return std::nullopt;
    if (local.star)
        return false;
    // bind() to one address of IPv6 sets it (__inet6_bind()). A wildcard is `*` to an ss that has
    // brackets, unless it is set (inet_addr_print() in its misc/ss.c).
    return local.enclosed || !local.address.is_wildcard() ? std::optional(true) : std::nullopt;
}

Socket make_socket(const CapturedSocket& captured, const std::vector<std::string>& devices,
                   bool star_is_dual_stack)
{
    Socket socket;
    socket.state = captured.state;
    socket.local_port = captured.local.port;
    socket.remote_port = captured.remote.port;
    socket.device = captured.interface;
    if (!captured.local.device.empty())
        socket.device = static_cast<std::uint32_t>(
            std::ranges::find(devices, captured.local.device) - devices.begin() + 1);
    socket.local_address = captured.local.address;
    socket.remote_address = captured.remote.address;
    if (captured.local.star && !star_is_dual_stack)
        socket.local_address = net::Address::ipv4(0);
    else
        socket.ipv6_only = find_ipv6_only(captured);
    socket.expires_in = captured.expires_in;
    return socket;
}

} // namespace

kernel::PortSettings settings_of(const Capture& capture, kernel::SettingsNeeded needed)
{
    require(capture, {"ip_local_port_range", "ip_local_reserved_ports"});
    if (needed == kernel::SettingsNeeded::ports_and_time_wait)
        require(capture, {"tcp_tw_reuse", "tcp_timestamps", "tcp_fin_timeout"});
    return kernel::find_port_settings(source_of(capture), needed);
}

std::optional<std::uint16_t> unprivileged_port_start_of(const Capture& capture)
{
    return kernel::find_unprivileged_port_start(source_of(capture));
}

void require_ages(const Capture& capture)
{
    const bool has_time_wait = std::ranges::any_of(
        capture.sockets, [](const auto& socket) { return socket.state == SocketState::time_wait; });
    if (has_time_wait && !capture.has_ages)
        throw std::runtime_error("the capture has TIME_WAITs without their timers; take it with "
                                 "-o: ss -tano");
}

std::size_t count_time_wait(const Capture& capture)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(capture.sockets, [](const CapturedSocket& socket) {
            return socket.state == SocketState::time_wait ||
                   (socket.state == SocketState::fin_wait2 && socket.expires_in);
        }));
}

std::vector<std::string> devices_of(const Capture& capture)
{
    std::vector<std::string> devices;
    for (const CapturedSocket& socket : capture.sockets) {
        const std::string_view device = socket.local.device;
        if (!socket.udp && !device.empty() && std::ranges::find(devices, device) == devices.end())
            devices.emplace_back(device);
    }
    return devices;
}

Snapshot take_snapshot(const Capture& capture, const kernel::PortSettings& settings,
                       const Wanted& wanted)
{
    require_sockets(capture, wanted);
    const std::vector<std::string> devices = devices_of(capture);
    Snapshot snapshot(settings, wanted.ports);
    bool shows_bound = false;
    for (const CapturedSocket& captured : capture.sockets) {
        const Socket socket = make_socket(captured, devices, capture.star_is_dual_stack);
        shows_bound = shows_bound || socket.state == SocketState::bound;
        if (captured.udp && wanted.udp)
            snapshot.add_udp(socket);
        else if (!captured.udp && wanted.tcp && wanted.tcp_states.contains(socket.state))
            snapshot.add_tcp(socket);
    }
    snapshot.connections.settle();
    snapshot.reading = {Reader::capture, {}};
    const bool wants_bound = wanted.tcp && wanted.tcp_states.contains(SocketState::bound);
    if (wants_bound && !shows_bound)
        snapshot.hidden_at_most = most_hidden(capture, settings.range.size());
    return snapshot;
}

} // namespace sockets
