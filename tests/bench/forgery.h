// Connections that cost no packet, for the benchmarks.
//
// A socket in repair mode (TCP_REPAIR, made for moving processes between hosts) that calls
// connect() is ESTABLISHED at once: tcp_connect() sends nothing where tp->repair is set. It stands
// in the same tables as any other, so that a dump of it costs the same. IP_LOCAL_PORT_RANGE gives
// it the port that we want without bind(), which would make the port a held one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace forgery {

constexpr std::uint16_t lowest_port = 10000; // of the ephemeral range, as busy hosts set it
constexpr std::uint16_t highest_port = 65535;

/// What one process of several makes: the connections from `first` to `end` of `count`.
struct Share {
    std::size_t number; ///< of the process
    std::size_t first;
    std::size_t end;
    std::size_t count;
};

/// Makes a share of one kind of population, and leaves the sockets open. Its addresses are of
/// 10.0.0.0/8 and fd00::/64, and those of this host 10.0.0.1 and fd00::1. Throws std::system_error.
using Maker = void (*)(const Share& share);

/// By the kind's name.
const std::map<std::string, Maker>& makers();

/// Throws std::system_error of errno where not `good`.
void check(bool good, const char* what);

/// A TCP socket.
int make_socket(int family);

} // namespace forgery
