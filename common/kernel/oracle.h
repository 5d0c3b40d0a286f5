// The oracle: asks the kernel itself whether a call would get a local port, without sending a
// packet.
//
// connect() with TCP_FASTOPEN_CONNECT and TCP_FASTOPEN_NO_COOKIE chooses the port as ever
// (tcp_v4_connect(), inet_hash_connect()) and puts the SYN off until the first write, which never
// comes (tcp_fastopen_defer_connect()). IP_LOCAL_PORT_RANGE narrows the choice down to one port.
//
// A question takes its port for some microseconds, as any other socket would. It has SO_REUSEADDR,
// so that a service with SO_REUSEADDR, as most have, can be started on that port even then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "common/kernel/oracle_unavailable.h"
#include "common/net/endpoint.h"
#include "common/net/port_set.h"

namespace kernel {

/// A call that wants a local port from the kernel.
struct PortRequest {
    enum class Call {
        tcp_connect, ///< connect() of a TCP socket
        /// bind() of a TCP socket to the wildcard address of both families, port 0. It fails
        /// wherever any socket is. A bind() to another address could succeed on a port that has a
        /// connection, which before Linux 6.18 leaves it held as long as the connection lives.
        tcp_bind,
        udp_connect ///< connect() of a UDP socket, which binds it to the wildcard address first
    };

    Call call = Call::tcp_connect;
    // Of the two calls that connect:
    std::optional<net::Address> source; ///< none for the kernel's own choice
    net::Endpoint destination;
    std::uint32_t interface = 0;               ///< that the socket is bound to, 0 for none
    std::optional<net::PortRange> local_ports; ///< in place of the namespace's range
};

struct PortAnswer {
    /// The call's errno; 0 if it would get a port. No port is left if it is EADDRNOTAVAIL for
    /// tcp_connect, EADDRINUSE for tcp_bind, EAGAIN for udp_connect.
    int error = 0;
    std::chrono::nanoseconds search_time{};
};

/// Throws OracleUnavailable if `address` is none of this host's.
void require_own_address(const net::Address& address);

class Oracle {
public:
    Oracle() = default;
    /// Answers nothing, for the reason `refusal`: it is not this kernel that is asked about.
    explicit Oracle(std::string refusal) : refusal_(std::move(refusal)) {}

    /// Throws OracleUnavailable. Before the first question about a TCP connect() it makes sure, on
    /// loopback, that this kernel really puts the SYN off. A question about a tuple may take over
    /// one of its TIME_WAITs, as any connection would.
    PortAnswer ask(const PortRequest& request);

    /// Those of `ports` that are held, so that no connect() to anywhere would get them; `ports` are
    /// such as the kernel picks by itself. It ends when `at_most` held ones are found. Throws
    /// OracleUnavailable.
    net::PortSet held_among(const net::PortSet& ports,
                            std::size_t at_most = net::PortSet::all_ports);

    /// Whether connect() from `source` to `destination` gets `port` now; if a TIME_WAIT of this
    /// tuple is on it, whether it is taken over, and it is gone then. Throws OracleUnavailable.
    bool takes_over(const net::Address& source, const net::Endpoint& destination,
                    std::uint16_t port, std::uint32_t interface);

    /// How many questions were put so far, and how long that took.
    [[nodiscard]] std::size_t questions() const { return questions_; }
    [[nodiscard]] std::chrono::nanoseconds time() const { return time_; }

private:
    class Stopwatch;

    void require_answers() const;
    [[nodiscard]] PortAnswer put(const PortRequest& request);
    void rehearse();

    std::string refusal_; ///< empty if it answers
    bool rehearsed_ = false;
    std::string obstacle_; ///< why the SYN cannot be put off; empty if it can
    std::size_t questions_ = 0;
    std::chrono::nanoseconds time_{};
};

} // namespace kernel
