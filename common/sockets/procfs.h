// Sockets from /proc/net/tcp, tcp6, udp and udp6, if netlink is closed (gVisor, seccomp, systemd's
// RestrictAddressFamilies). Readable by everybody, and slow: the kernel writes each
// socket as a line of text and filters nothing. It does not show sockets that are bound only, nor
// devices.
#pragma once

#include <string>
#include <string_view>

#include "common/sockets/query.h"

namespace sockets {

/// Hands TCP sockets of both families to `sink`. Throws kernel::ReaderUnavailable (before it has
/// read anything), or std::runtime_error if a line is malformed.
void read_tcp_by_procfs(const Query& query, const SocketSink& sink);

/// The same from two files of that form; `tcp6` may be missing, as it is if IPv6 is off.
void read_tcp_files(const std::string& tcp, const std::string& tcp6, const Query& query,
                    const SocketSink& sink);

/// Hands the UDP sockets of both families on `local_ports` to `sink`. Throws as
/// read_tcp_by_procfs().
void read_udp_by_procfs(net::PortRange local_ports, const SocketSink& sink);

/// The same from two files of that form; `udp6` may be missing.
void read_udp_files(const std::string& udp, const std::string& udp6, net::PortRange local_ports,
                    const SocketSink& sink);

/// One line behind the heading. Throws std::invalid_argument if it is malformed.
Socket parse_procfs_line(std::string_view line);

} // namespace sockets
