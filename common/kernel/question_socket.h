// A socket that is there to ask for a port, and never to talk.
#pragma once

#include <cstdint>

#include "common/kernel/oracle_unavailable.h"
#include "common/net/endpoint.h"
#include "common/net/port_set.h"

namespace kernel {

enum class Protocol { tcp, udp };

/// It never blocks. Its descriptor is none of 0 to 2: if standard output was closed when we were
/// started, it would be 1, and what we print would be written to the socket, which sends the SYN
/// that was put off.
class QuestionSocket {
public:
    /// Throws OracleUnavailable if the socket is refused.
    QuestionSocket(bool ipv4, Protocol protocol);
    ~QuestionSocket();
    QuestionSocket(const QuestionSocket&) = delete;
    QuestionSocket& operator=(const QuestionSocket&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] bool is_ipv4() const { return ipv4_; }

    // Each of these throws OracleUnavailable if the kernel does not have it or refuses it.

    /// connect() chooses a port and puts the SYN off until something is written.
    void defer_syn() const;
    /// The kernel chooses from these ports, in place of the namespace's range.
    void choose_from(net::PortRange ports) const;
    /// bind() to an address leaves the choice of the port to connect().
    void bind_address_only() const;
    /// A service with SO_REUSEADDR gets the port that we are on (SO_REUSEADDR).
    void let_others_bind() const;
    /// An IPv6 socket covers IPv4, too.
    void cover_both_families() const;
    void bind_to_device(std::uint32_t interface) const;

    // Each of these returns the call's errno, or 0.

    [[nodiscard]] int bind_to(const net::Endpoint& endpoint) const;
    [[nodiscard]] int connect_to(const net::Endpoint& endpoint) const;
    /// Gives the port back, so that the socket can connect again.
    [[nodiscard]] int disconnect() const;

    /// The address that it has. Throws OracleUnavailable.
    [[nodiscard]] net::Address local_address() const;

private:
    void set(int level, int option, std::uint32_t value, const char* name, const char* hint) const;

    bool ipv4_;
    int descriptor_;
};

} // namespace kernel
