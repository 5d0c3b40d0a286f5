// Which ports are held: the kernel's own word, asked in two ways, for the benchmarks.
//
// A connect() to a loopback tuple that nobody uses, which may have one port alone
// (IP_LOCAL_PORT_RANGE, Linux 6.3) and sends nothing (TCP_FASTOPEN_CONNECT puts the SYN off), fails
// with EADDRNOTAVAIL if that port is held. It shares no code with the checks, so that their faults
// are not its own.
#pragma once

#include <cstdint>

namespace question {

/// A socket for each question, closed after it. Throws std::system_error, as all here.
bool is_held_by_a_fresh_socket(std::uint16_t port);

/// One socket for all questions: connect() to AF_UNSPEC undoes each connect() and gives the port
/// back (tcp_disconnect()).
class OneSocket {
public:
    OneSocket();
    ~OneSocket();
    OneSocket(const OneSocket&) = delete;
    OneSocket& operator=(const OneSocket&) = delete;

    bool is_held(std::uint16_t port) const;

private:
    int socket_;
};

} // namespace question
