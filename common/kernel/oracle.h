// The oracle: asks the kernel itself whether a call would get a local port, without sending a
// packet.
//
// connect() with TCP_FASTOPEN_CONNECT and TCP_FASTOPEN_NO_COOKIE chooses the port as ever
// (tcp_v4_connect(), inet_hash_connect()) and puts the SYN off until the first write, which never
// comes (tcp_fastopen_defer_connect()). IP_LOCAL_PORT_RANGE (Linux 6.3) narrows the choice down to
// one port. Unlike the dump, this tells which ports are *held*: whether a connected socket once
// called bind() is written in the bind bucket alone.
//
// A socket in question takes its port for some microseconds, as any other would, and may take over
// a TIME_WAIT of its tuple, which is then gone.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>

#include "common/net/endpoint.h"
#include "common/net/port_set.h"

namespace kernel {

/// This kernel, or the confinement of this process, lets us not ask; the text says what stands in
/// the way.
class OracleUnavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A call that wants a local port from the kernel.
struct PortRequest {
    enum class Call {
        tcp_connect, ///< connect() of a TCP socket
        tcp_bind,    ///< bind(source, 0) of a TCP socket
        udp_connect  ///< connect() of a UDP socket, which binds it to the wildcard address first
    };

    Call call = Call::tcp_connect;
    std::optional<net::Address> source;        ///< none for the kernel's own choice
    net::Endpoint destination;                 ///< of the two calls that connect
    std::optional<net::PortRange> local_ports; ///< in place of the namespace's range
};

struct PortAnswer {
    /// The call's errno; 0 where it would get a port. No port is left where it is EADDRNOTAVAIL for
    /// tcp_connect, EADDRINUSE for tcp_bind, EAGAIN for udp_connect.
    int error = 0;
    std::chrono::nanoseconds search_time{};
};

class Oracle {
public:
    /// Throws OracleUnavailable, or std::runtime_error where the source address is not this host's.
    /// Before the first question about a TCP connect() it makes sure, on
    /// loopback, that this kernel really puts the SYN off.
    PortAnswer ask(const PortRequest& request);

    /// Those of `ports` that are held, so that no connect() to anywhere would get them; about 5
    /// microseconds each. Throws OracleUnavailable.
    net::PortSet held_among(const net::PortSet& ports);

private:
    void rehearse();

    bool rehearsed_ = false;
};

} // namespace kernel
