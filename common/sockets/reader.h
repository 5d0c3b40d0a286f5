// Which way the kernel's sockets are read: netlink where it is open, else /proc/net.
#pragma once

#include <stdexcept>
#include <string>

#include "common/sockets/query.h"

namespace sockets {

/// A way of reading is closed here (seccomp, a missing kernel module, an unreadable file); another
/// may be open.
class ReaderUnavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class Reader { automatic, sock_diag, procfs };

/// How the sockets were read, for `-v`.
struct Reading {
    Reader reader = Reader::sock_diag;
    std::string reason; ///< why it was not sock_diag; empty where it was, or procfs was asked for

    /// Whether it shows sockets that are bound and neither listen nor are connected.
    bool shows_bound = true;
};

/// Hands the TCP sockets of this network namespace to `sink`, both families in one stream, the
/// listening ones before all others. Throws std::runtime_error where no way is open, naming each
/// and its reason.
Reading read_tcp_sockets(Reader reader, const Query& query, const SocketSink& sink);

/// The same for the UDP sockets on `local_ports`. A UDP socket that is connected is established,
/// one that is not is closed; both keep their port. From /proc/net nobody knows `ipv6_only`.
Reading read_udp_sockets(Reader reader, net::PortRange local_ports, const SocketSink& sink);

} // namespace sockets
