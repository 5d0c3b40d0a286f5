// Connections that cost no packet, for the benchmarks.
//
// A socket in repair mode (TCP_REPAIR, made for moving processes between hosts) that calls
// connect() is ESTABLISHED at once: tcp_connect() sends nothing if tp->repair is set. It stands in
// the same tables as any other, so that a dump of it costs the same. IP_LOCAL_PORT_RANGE gives it
// the port that we want without bind(): its bind bucket is one that connect() made
// (__inet_hash_connect() sets fastreuse to -1), and the port is free for other tuples. If bind()
// comes first, the bucket is one that bind() made (inet_csk_get_port()), and the port is held from
// every connect(), as it is with real connections.
//
// TIME_WAITs cannot be forged: a socket in repair mode closes without one. They are made for real.
#pragma once

#include <cstddef>
#include <cstdint>
#include <sys/socket.h>

namespace forgery {

/// An address of 10.0.0.0/8 or fd00::/64 and a port, as the socket calls want them.
class Endpoint {
public:
    static Endpoint ipv4(std::size_t host, std::uint16_t port);
    static Endpoint ipv6(std::size_t host, std::uint16_t port);

    [[nodiscard]] int family() const { return storage_.ss_family; }
    [[nodiscard]] const sockaddr* get() const
    {
        return reinterpret_cast<const sockaddr*>(&storage_);
    }
    [[nodiscard]] socklen_t length() const { return length_; }

private:
    template <class Native>
    explicit Endpoint(const Native& native);

    sockaddr_storage storage_{};
    socklen_t length_;
};

// Each of these throws std::system_error if a call fails, and leaves its sockets open.

/// Throws std::system_error of errno if not `good`.
void check(bool good, const char* what);

/// A TCP socket.
int make_socket(int family);

int listen_at(const Endpoint& local);

/// A connection from `port` as if connect() had chosen that port.
void forge_outgoing(std::uint16_t port, const Endpoint& destination);

/// A connection as of a program that called bind() before connect(): `local` is held.
void forge_bound(const Endpoint& local, const Endpoint& destination);

/// A connection that a server accepted, as far as the tables show.
void forge_inbound(const Endpoint& local, const Endpoint& remote);

/// A real connection to a listener of this process, closed at once by the end that connected, which
/// leaves that end in TIME_WAIT for a minute. Returns false if no port was left.
bool open_and_close(int listener, const Endpoint& server);

} // namespace forgery
