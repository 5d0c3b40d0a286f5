// A laboratory for ephemeral ports: network namespaces of our own, sockets of every kind, and the
// kernel's own answers.
//
// Nothing here leaves the machine: each test has a fresh network namespace whose only interface is
// loopback.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/net/endpoint.h"
#include "common/net/port_set.h"
#include "tests/live/program.h"

namespace lab {

/// Whether this process may make network namespaces: as root, or in a user namespace that it enters
/// here. To be called once, before any thread runs.
bool enter();

/// A fresh network namespace with loopback up, the second address 10.9.0.1 and a small range, so
/// that exhaustion is cheap. The process stays in it until the next one is made.
class Namespace {
public:
    explicit Namespace(net::PortRange range = {40000, 40063});
};

/// `name` below /proc/sys/net/ipv4.
void set_sysctl(std::string_view name, std::string_view value);
std::string read_sysctl(std::string_view name);

class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number) : number_(number) {}
    ~FileDescriptor() { close(); }
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }

    [[nodiscard]] int number() const { return number_; }
    void close();

private:
    int number_ = -1;
};

using net::Endpoint;

/// "127.0.0.1", 5432
Endpoint at(std::string_view address, std::uint16_t port);

/// How a socket is made; what is not said is as a plain program does it.
struct Manner {
    bool tcp = true;
    bool ipv6_socket = false; ///< AF_INET6 even towards an IPv4 address, which is then mapped
    std::optional<Endpoint> bind = {};        ///< call bind() first; port 0 lets the kernel choose
    bool no_port = false;                     ///< IP_BIND_ADDRESS_NO_PORT
    bool reuse_address = false;               ///< SO_REUSEADDR
    bool reuse_port = false;                  ///< SO_REUSEPORT
    bool ipv6_only = false;                   ///< IPV6_V6ONLY
    std::string device = {};                  ///< SO_BINDTODEVICE
    std::optional<net::PortRange> ports = {}; ///< IP_LOCAL_PORT_RANGE
    bool deferred = false;                    ///< TCP_FASTOPEN_CONNECT: choose a port, send nothing
    bool nonblocking = false;                 ///< connect() ends with EINPROGRESS
};

/// What the kernel answered: a socket, or the errno of the call that failed.
struct Attempt {
    FileDescriptor socket;
    int error = 0;

    explicit operator bool() const { return error == 0; }
};

Attempt try_bind(const Manner& manner);
Attempt try_connect(const Endpoint& destination, const Manner& manner = {});
/// From this port, without binding to it.
Attempt try_connect_on(std::uint16_t port, const Endpoint& destination, const Manner& manner = {});

/// The same; failure means that the test is wrong.
FileDescriptor bound(const Manner& manner);
FileDescriptor connected(const Endpoint& destination, const Manner& manner = {});
std::vector<FileDescriptor> connected_times(std::size_t times, const Endpoint& destination,
                                            const Manner& manner = {});
FileDescriptor listening(const Endpoint& local, Manner manner = {});
FileDescriptor accepted(const FileDescriptor& listener);

/// A UDP socket that sent a datagram without connecting, as a resolver may.
FileDescriptor sent_once(const Endpoint& destination);

Endpoint local_endpoint(const FileDescriptor& socket);

/// Waits until a TCP socket is in `state`, one of TCP_ESTABLISHED, ....
void await_state(const FileDescriptor& socket, int state);

/// Closes both ends of a connection, `first` first, so that it alone is left in TIME_WAIT. If the
/// other end were closed before the FIN arrives, which a busy machine puts off, both would be (RFC
/// 9293, 3.6: simultaneous close).
void close_both(FileDescriptor& first, FileDescriptor& other);

/// Opens and closes `times` connections to `destination`, whose listener is `listener`, so that
/// this end is left in TIME_WAIT.
void churn(std::size_t times, const Endpoint& destination, const FileDescriptor& listener,
           const Manner& manner = {});

/// The ports of `range` that a search of connect() or bind() can be relied on to find: in a range
/// of an odd number of ports both pass `low` by, from all start offsets but one
/// (__inet_hash_connect(), inet_csk_find_open_port()).
net::PortRange searched(net::PortRange range);

/// The ports of `range` that the kernel would give to a connect() to `destination`, asked one by
/// one. No packet is sent. If a TIME_WAIT may be taken over, asking consumes it. A kernel that
/// cannot be asked about one port is asked for ports until it refuses: tests/live/filling.h.
net::PortSet ask_connect(const Endpoint& destination, net::PortRange range, Manner manner = {});

/// The ports of `range` that bind(`address`, 0) could get, found alike.
net::PortSet ask_bind(const net::Address& address, net::PortRange range, Manner manner = {});

/// Waits until `condition` holds; fails the test after `seconds`.
void await(const std::function<bool()>& condition, const char* what, int seconds = 10);

/// Segments sent, connections opened and connections failed, of this namespace: OutSegs,
/// ActiveOpens, AttemptFails.
std::array<std::uint64_t, 3> tcp_counters();

} // namespace lab
