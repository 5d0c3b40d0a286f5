#include "tests/bench/forgery.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <system_error>
#include <unistd.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

namespace forgery {
namespace {

template <class Value>
void set_option(int socket, int level, int option, const Value& value)
{
    check(setsockopt(socket, level, option, &value, sizeof value) == 0, "setsockopt");
}

void connect_to(int socket, const Endpoint& destination)
{
    check(connect(socket, destination.get(), destination.length()) == 0, "connect");
}

void bind_to(int socket, const Endpoint& local)
{
    check(bind(socket, local.get(), local.length()) == 0, "bind");
}

} // namespace

template <class Native>
Endpoint::Endpoint(const Native& native) : length_(sizeof native)
{
    std::memcpy(&storage_, &native, sizeof native);
}

Endpoint Endpoint::ipv4(std::size_t host, std::uint16_t port)
{
    constexpr std::uint32_t network = 0x0a000000;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(network | static_cast<std::uint32_t>(host));
    return Endpoint(address);
}

Endpoint Endpoint::ipv6(std::size_t host, std::uint16_t port)
{
    constexpr std::size_t last_word = 12;
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    check(inet_pton(AF_INET6, "fd00::", &address.sin6_addr) == 1, "inet_pton");
    const std::uint32_t word = htonl(static_cast<std::uint32_t>(host));
    std::memcpy(&address.sin6_addr.s6_addr[last_word], &word, sizeof word);
    return Endpoint(address);
}

void check(bool good, const char* what)
{
    if (!good)
        throw std::system_error(errno, std::generic_category(), what);
}

int make_socket(int family)
{
    const int made = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(made >= 0, "socket");
    return made;
}

int listen_at(const Endpoint& local)
{
    constexpr int longest_queue = 4096;
    const int made = make_socket(local.family());
    set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(made, local);
    check(listen(made, longest_queue) == 0, "listen");
    return made;
}

void forge_outgoing(std::uint16_t port, const Endpoint& destination)
{
    constexpr unsigned high_shift = 16;
    const int made = make_socket(destination.family());
    set_option(made, IPPROTO_TCP, TCP_REPAIR, 1);
    set_option(made, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
               std::uint32_t{port} | std::uint32_t{port} << high_shift);
    connect_to(made, destination);
}

void forge_bound(const Endpoint& local, const Endpoint& destination)
{
    const int made = make_socket(destination.family());
    bind_to(made, local);
    set_option(made, IPPROTO_TCP, TCP_REPAIR, 1);
    connect_to(made, destination);
}

void forge_inbound(const Endpoint& local, const Endpoint& remote)
{
    const int made = make_socket(local.family());
    set_option(made, IPPROTO_TCP, TCP_REPAIR, 1); // with which bind() shares any port
    bind_to(made, local);
    connect_to(made, remote);
}

bool open_and_close(int listener, const Endpoint& server)
{
    const int client = make_socket(server.family());
    if (connect(client, server.get(), server.length()) != 0) {
        check(errno == EADDRNOTAVAIL, "connect");
        close(client);
        return false;
    }
    const int accepted = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    check(accepted >= 0, "accept");
    close(client);
    close(accepted);
    return true;
}

} // namespace forgery
