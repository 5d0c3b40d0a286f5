// Which sockets a reader is asked for. The kernel does the choosing if it can, because each
// socket that it does not hand out is one that we need not look at.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "common/net/port_set.h"
#include "common/sockets/socket.h"

namespace sockets {

/// A set of socket states, in the bits that the kernel uses (TCPF_ESTABLISHED …).
class StateSet {
public:
    StateSet(std::initializer_list<SocketState> states)
    {
        for (const SocketState state : states)
            bits_ |= bit(state);
    }

    [[nodiscard]] bool contains(SocketState state) const { return (bits_ & bit(state)) != 0; }
    [[nodiscard]] std::uint32_t bits() const { return bits_; }

private:
    static constexpr std::uint32_t bit(SocketState state)
    {
        return std::uint32_t{1} << static_cast<unsigned>(state);
    }

    std::uint32_t bits_ = 0;
};

/// Every state in which a TCP socket keeps a local port. A request that no program has accepted yet
/// (new_syn_received) shares the port of its listener and takes none.
inline const StateSet port_keeping_states = {
    SocketState::established, SocketState::syn_sent,  SocketState::syn_received,
    SocketState::fin_wait1,   SocketState::fin_wait2, SocketState::time_wait,
    SocketState::close_wait,  SocketState::last_ack,  SocketState::listening,
    SocketState::closing,     SocketState::bound};

/// A UDP socket in the kernel's table keeps its port, connected or not.
inline const StateSet udp_states = {SocketState::established, SocketState::closed};

struct Query {
    net::PortRange local_ports;
    StateSet states = port_keeping_states;
    std::uint16_t further_port = 0; ///< asked for as well, if it is not 0
};

} // namespace sockets
