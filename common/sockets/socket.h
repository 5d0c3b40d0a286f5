// One socket as the kernel describes it, whichever reader it came from.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "common/net/address.h"

namespace sockets {

/// The states of include/net/tcp_states.h, under its numbers.
enum class SocketState : std::uint8_t {
    established = 1,
    syn_sent,
    syn_received,
    fin_wait1,
    fin_wait2,
    time_wait,
    closed, ///< not connected, if of UDP; if of TCP, it ended while the kernel wrote it down
    close_wait,
    last_ack,
    listening,
    closing,
    new_syn_received, ///< a connection request that no program has accepted yet
    bound             ///< bound to a port, neither listening nor connected (Linux 6.8)
};

struct Socket {
    SocketState state = SocketState::closed;
    std::uint16_t local_port = 0;
    std::uint16_t remote_port = 0;
    std::uint32_t device = 0; ///< the interface it is bound to (SO_BINDTODEVICE), 0 for none
    net::Address local_address;
    net::Address remote_address;
    std::uint32_t user = 0;   ///< uid; 0 too if no program holds the socket, as in TIME_WAIT
    std::uint32_t inode = 0;  ///< 0 if no program holds the socket
    std::uint64_t cgroup = 0; ///< the id of the cgroup that it was made in; 0 if it is not shown

    /// For a TIME_WAIT, and for a FIN_WAIT2 that no program holds: what is left of its time.
    std::optional<std::chrono::milliseconds> expires_in;

    /// For an IPv6 socket that listens or is bound: whether it keeps out of IPv4 (IPV6_V6ONLY).
    std::optional<bool> ipv6_only;
};

/// Receives sockets one by one, while they are read.
using SocketSink = std::function<void(const Socket&)>;

} // namespace sockets
