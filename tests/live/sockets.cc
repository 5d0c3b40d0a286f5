// Sockets made as programs make them.
#include "tests/live/lab.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/live/system_call.h"

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

namespace lab {
namespace {

/// An address and port as the socket calls want them.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;

    SocketAddress(const Endpoint& endpoint, bool ipv6_socket)
    {
        if (ipv6_socket) {
            auto& address = reinterpret_cast<sockaddr_in6&>(storage);
            address.sin6_family = AF_INET6;
            address.sin6_port = htons(endpoint.port);
            std::memcpy(&address.sin6_addr, endpoint.address.words().data(),
                        sizeof address.sin6_addr);
            length = sizeof address;
        } else {
            auto& address = reinterpret_cast<sockaddr_in&>(storage);
            address.sin_family = AF_INET;
            address.sin_port = htons(endpoint.port);
            address.sin_addr.s_addr = endpoint.address.low_word();
            length = sizeof address;
        }
    }

    [[nodiscard]] const sockaddr* get() const
    {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};

template <class Value>
void set_option(const FileDescriptor& socket, int level, int option, const Value& value)
{
    check(setsockopt(socket.number(), level, option, &value, sizeof value) == 0, "setsockopt");
}

bool needs_ipv6(const Endpoint& endpoint, const Manner& manner)
{
    return manner.ipv6_socket || !endpoint.address.is_ipv4();
}

FileDescriptor make_socket(bool ipv6, const Manner& manner)
{
    FileDescriptor made(socket(ipv6 ? AF_INET6 : AF_INET,
                               (manner.tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC |
                                   (manner.nonblocking ? SOCK_NONBLOCK : 0),
                               0));
    check(made.number() >= 0, "socket");
    if (manner.no_port)
        set_option(made, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    if (manner.reuse_address)
        set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
    if (manner.reuse_port)
        set_option(made, SOL_SOCKET, SO_REUSEPORT, 1);
    if (ipv6)
        set_option(made, IPPROTO_IPV6, IPV6_V6ONLY, manner.ipv6_only ? 1 : 0);
    if (!manner.device.empty())
        check(setsockopt(made.number(), SOL_SOCKET, SO_BINDTODEVICE, manner.device.data(),
                         static_cast<socklen_t>(manner.device.size())) == 0,
              "SO_BINDTODEVICE");
    if (manner.ports)
        set_option(made, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
                   std::uint32_t{manner.ports->low} | std::uint32_t{manner.ports->high} << 16);
    if (manner.deferred) {
        set_option(made, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
        set_option(made, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1);
    }
    return made;
}

int try_bind_to(const FileDescriptor& socket, const Endpoint& endpoint, bool ipv6)
{
    const SocketAddress address(endpoint, ipv6);
    return ::bind(socket.number(), address.get(), address.length) == 0 ? 0 : errno;
}

} // namespace

void FileDescriptor::close()
{
    if (number_ >= 0)
        ::close(std::exchange(number_, -1));
}

Endpoint at(std::string_view address, std::uint16_t port)
{
    return {net::Address::parse(address), port};
}

Attempt try_bind(const Manner& manner)
{
    const bool ipv6 = needs_ipv6(*manner.bind, manner);
    Attempt attempt = {make_socket(ipv6, manner)};
    attempt.error = try_bind_to(attempt.socket, *manner.bind, ipv6);
    return attempt;
}

Attempt try_connect(const Endpoint& destination, const Manner& manner)
{
    const bool ipv6 = needs_ipv6(destination, manner);
    Attempt attempt = {make_socket(ipv6, manner)};
    if (manner.bind)
        attempt.error = try_bind_to(attempt.socket, *manner.bind, ipv6);
    if (attempt.error != 0)
        return attempt;
    const SocketAddress address(destination, ipv6);
    if (connect(attempt.socket.number(), address.get(), address.length) != 0)
        attempt.error = errno;
    return attempt;
}

FileDescriptor bound(const Manner& manner)
{
    Attempt attempt = try_bind(manner);
    if (!attempt)
        throw std::system_error(attempt.error, std::generic_category(), "bind");
    return std::move(attempt.socket);
}

FileDescriptor connected(const Endpoint& destination, const Manner& manner)
{
    Attempt attempt = try_connect(destination, manner);
    if (!attempt)
        throw std::system_error(attempt.error, std::generic_category(), "connect");
    return std::move(attempt.socket);
}

std::vector<FileDescriptor> connected_times(std::size_t times, const Endpoint& destination,
                                            const Manner& manner)
{
    std::vector<FileDescriptor> connections;
    for (std::size_t i = 0; i < times; ++i)
        connections.push_back(connected(destination, manner));
    return connections;
}

FileDescriptor listening(const Endpoint& local, Manner manner)
{
    constexpr int backlog = 4096;
    manner.bind = local;
    manner.reuse_address = true;
    FileDescriptor listener = bound(manner);
    check(listen(listener.number(), backlog) == 0, "listen");
    return listener;
}

FileDescriptor accepted(const FileDescriptor& listener)
{
    FileDescriptor connection(accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
    check(connection.number() >= 0, "accept");
    return connection;
}

FileDescriptor sent_once(const Endpoint& destination)
{
    FileDescriptor client = make_socket(false, {.tcp = false});
    const SocketAddress address(destination, false);
    check(sendto(client.number(), "", 1, 0, address.get(), address.length) == 1, "sendto");
    return client;
}

Endpoint local_endpoint(const FileDescriptor& socket)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    check(getsockname(socket.number(), reinterpret_cast<sockaddr*>(&storage), &length) == 0,
          "getsockname");
    if (storage.ss_family == AF_INET) {
        const auto& address = reinterpret_cast<const sockaddr_in&>(storage);
        return {net::Address::ipv4(address.sin_addr.s_addr), ntohs(address.sin_port)};
    }
    const auto& address = reinterpret_cast<const sockaddr_in6&>(storage);
    std::array<std::uint32_t, 4> words{};
    std::memcpy(words.data(), &address.sin6_addr, sizeof words);
    return {net::Address::ipv6(words), ntohs(address.sin6_port)};
}

Attempt try_connect_on(std::uint16_t port, const Endpoint& destination, const Manner& manner)
{
    // By the sysctl, because IP_LOCAL_PORT_RANGE came with Linux 6.3.
    const std::string range = read_sysctl("ip_local_port_range");
    set_sysctl("ip_local_port_range", fmt::format("{} {}", port, port));
    Attempt attempt = try_connect(destination, manner);
    set_sysctl("ip_local_port_range", range);
    return attempt;
}

} // namespace lab
