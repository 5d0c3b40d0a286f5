// Connections closed one end after the other, so that it is known which end is left in TIME_WAIT.
#include "tests/live/lab.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>

#include "tests/live/system_call.h"

namespace lab {
namespace {

std::uint16_t remote_port(const FileDescriptor& socket)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    check(getpeername(socket.number(), reinterpret_cast<sockaddr*>(&storage), &length) == 0,
          "getpeername");
    return ntohs(storage.ss_family == AF_INET
                     ? reinterpret_cast<const sockaddr_in&>(storage).sin_port
                     : reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
}

} // namespace

void await_state(const FileDescriptor& socket, int state)
{
    await(
        [&] {
            tcp_info info{};
            socklen_t length = sizeof info;
            check(getsockopt(socket.number(), IPPROTO_TCP, TCP_INFO, &info, &length) == 0,
                  "getsockopt(TCP_INFO)");
            return info.tcpi_state == state;
        },
        "a TCP state");
}

void close_both(FileDescriptor& first, FileDescriptor& other)
{
    if (local_endpoint(first).port != remote_port(other))
        throw std::runtime_error("not the ends of one connection: is one waiting for accept()?");
    first.close();
    await_state(other, TCP_CLOSE_WAIT);
    check(shutdown(other.number(), SHUT_WR) == 0, "shutdown(SHUT_WR)");
    await_state(other, TCP_CLOSE);
    other.close();
}

void churn(std::size_t times, const Endpoint& destination, const FileDescriptor& listener,
           const Manner& manner)
{
    for (std::size_t i = 0; i < times; ++i) {
        FileDescriptor client = connected(destination, manner);
        FileDescriptor server = accepted(listener);
        close_both(client, server);
    }
}

} // namespace lab
