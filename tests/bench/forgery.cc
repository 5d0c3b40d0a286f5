#include "tests/bench/forgery.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

namespace forgery {
namespace {

constexpr std::uint16_t destination_port = 443;

/// An address of 10.0.0.0/8 or fd00::/64 and a port, as the socket calls want them.
class Endpoint {
public:
    static Endpoint ipv4(std::size_t host, std::uint16_t port)
    {
        constexpr std::uint32_t network = 0x0a000000;
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(network | static_cast<std::uint32_t>(host));
        return Endpoint(address);
    }

    static Endpoint ipv6(std::size_t host, std::uint16_t port)
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

    [[nodiscard]] int family() const { return storage_.ss_family; }
    [[nodiscard]] const sockaddr* get() const
    {
        return reinterpret_cast<const sockaddr*>(&storage_);
    }
    [[nodiscard]] socklen_t length() const { return length_; }

private:
    template <class Native>
    explicit Endpoint(const Native& native) : length_(sizeof native)
    {
        std::memcpy(&storage_, &native, sizeof native);
    }

    sockaddr_storage storage_{};
    socklen_t length_;
};

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

int listen_at(const Endpoint& local)
{
    constexpr int longest_queue = 4096;
    const int made = make_socket(local.family());
    set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(made, local);
    check(listen(made, longest_queue) == 0, "listen");
    return made;
}

/// A connection from `port` as if connect() had chosen that port.
void forge_outgoing(std::uint16_t port, const Endpoint& destination)
{
    constexpr unsigned high_shift = 16;
    const int made = make_socket(destination.family());
    set_option(made, IPPROTO_TCP, TCP_REPAIR, 1);
    set_option(made, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
               std::uint32_t{port} | std::uint32_t{port} << high_shift);
    connect_to(made, destination);
}

/// The ephemeral port of connection `i`. They go round in a number of ports that is well below the
/// thresholds, so that the checks need not ask the kernel which ones are held.
std::uint16_t ephemeral_port(std::size_t i)
{
    constexpr std::size_t ports_in_use = 25000;
    return static_cast<std::uint16_t>(lowest_port + i % ports_in_use);
}

/// Connections to 40 destinations, one after the other.
void forge_40_tuples(const Share& share)
{
    constexpr std::size_t tuples = 40;
    const std::size_t connections = (share.count + tuples - 1) / tuples;
    for (std::size_t i = share.first; i < share.end; ++i)
        forge_outgoing(ephemeral_port(i % connections),
                       Endpoint::ipv4(2 + i / connections, destination_port));
}

void forge_tuples_of_their_own(const Share& share)
{
    for (std::size_t i = share.first; i < share.end; ++i)
        forge_outgoing(ephemeral_port(i), Endpoint::ipv4(2 + i, destination_port));
}

void forge_ipv6_tuples_of_their_own(const Share& share)
{
    for (std::size_t i = share.first; i < share.end; ++i)
        forge_outgoing(ephemeral_port(i), Endpoint::ipv6(2 + i, destination_port));
}

/// What a server has whose port lies inside the range.
void forge_inbound(const Share& share)
{
    constexpr std::uint16_t server_port = 20000;
    if (share.number == 0)
        listen_at(Endpoint::ipv4(1, server_port));
    for (std::size_t i = share.first; i < share.end; ++i) {
        const int made = make_socket(AF_INET);
        set_option(made, IPPROTO_TCP, TCP_REPAIR, 1); // with which bind() shares any port
        bind_to(made, Endpoint::ipv4(1, server_port));
        connect_to(made, Endpoint::ipv4(2 + i, ephemeral_port(i)));
    }
}

/// Real connections to a service below the range, each closed at once by the end that connected,
/// which leaves that end in TIME_WAIT for a minute.
void open_and_close(const Share& share)
{
    constexpr std::size_t first_service = 1024;
    const Endpoint server =
        Endpoint::ipv4(1, static_cast<std::uint16_t>(first_service + share.number));
    const int listener = listen_at(server);
    for (std::size_t i = share.first; i < share.end; ++i) {
        const int client = make_socket(AF_INET);
        connect_to(client, server);
        const int accepted = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        check(accepted >= 0, "accept");
        close(client);
        close(accepted);
    }
}

} // namespace

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

const std::map<std::string, Maker>& makers()
{
    static const std::map<std::string, Maker> all = {
        {"few", forge_40_tuples},
        {"spread", forge_tuples_of_their_own},
        {"ipv6", forge_ipv6_tuples_of_their_own},
        {"inbound", forge_inbound},
        {"time_wait", open_and_close},
    };
    return all;
}

} // namespace forgery
