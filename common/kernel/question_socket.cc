#include "common/kernel/question_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

// Younger than the C library of the oldest distribution that we build on.
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

namespace kernel {
namespace {

constexpr int first_free_descriptor = STDERR_FILENO + 1;

[[noreturn]] void refuse_socket()
{
    throw OracleUnavailable(
        fmt::format("a socket was refused ({})", std::generic_category().message(errno)));
}

/// The same socket under a descriptor that is none of 0 to 2.
int move_from_standard_streams(int descriptor)
{
    if (descriptor >= first_free_descriptor)
        return descriptor;
    const int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, first_free_descriptor);
    const int error = errno;
    close(descriptor);
    errno = error;
    return moved;
}

/// An address and port as the socket calls want them.
class SocketAddress {
public:
    SocketAddress(const net::Endpoint& endpoint, bool ipv4)
    {
        const net::Address& address = endpoint.address;
        if (ipv4) {
            sockaddr_in native{};
            native.sin_family = AF_INET;
            native.sin_port = htons(endpoint.port);
            native.sin_addr.s_addr = address.low_word();
            store(native);
        } else {
            sockaddr_in6 native{};
            native.sin6_family = AF_INET6;
            native.sin6_port = htons(endpoint.port);
            std::memcpy(&native.sin6_addr, address.words().data(), sizeof native.sin6_addr);
            store(native);
        }
    }

    [[nodiscard]] const sockaddr* get() const
    {
        return reinterpret_cast<const sockaddr*>(&storage_);
    }
    [[nodiscard]] socklen_t length() const { return length_; }

private:
    template <class Native>
    void store(const Native& native)
    {
        std::memcpy(&storage_, &native, sizeof native);
        length_ = sizeof native;
    }

    sockaddr_storage storage_{};
    socklen_t length_ = 0;
};

} // namespace

QuestionSocket::QuestionSocket(bool ipv4, Protocol protocol)
    : ipv4_(ipv4),
      descriptor_(socket(
          ipv4 ? AF_INET : AF_INET6,
          (protocol == Protocol::tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
{
    if (descriptor_ < 0)
        refuse_socket();
    descriptor_ = move_from_standard_streams(descriptor_);
    if (descriptor_ < 0)
        refuse_socket();
}

QuestionSocket::~QuestionSocket()
{
    close(descriptor_);
}

/// `hint`: what usually stands in the way.
void QuestionSocket::set(int level, int option, std::uint32_t value, const char* name,
                         const char* hint) const
{
    if (setsockopt(descriptor_, level, option, &value, sizeof value) != 0)
        throw OracleUnavailable(fmt::format("the socket option {} was refused ({}); {}", name,
                                            std::generic_category().message(errno), hint));
}

void QuestionSocket::defer_syn() const
{
    set(IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1, "TCP_FASTOPEN_CONNECT",
        "bit 1 of net.ipv4.tcp_fastopen has to be on, as it is by default");
    set(IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1, "TCP_FASTOPEN_NO_COOKIE",
        "it came with Linux 4.15");
}

void QuestionSocket::choose_from(net::PortRange ports) const
{
    constexpr unsigned high_shift = 16;
    set(IPPROTO_IP, IP_LOCAL_PORT_RANGE,
        std::uint32_t{ports.low} | std::uint32_t{ports.high} << high_shift, "IP_LOCAL_PORT_RANGE",
        "it came with Linux 6.3, and some older kernels have it");
}

void QuestionSocket::bind_address_only() const
{
    set(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1, "IP_BIND_ADDRESS_NO_PORT",
        "it came with Linux 4.2");
}

void QuestionSocket::let_others_bind() const
{
    set(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR", "this process may be confined");
}

void QuestionSocket::cover_both_families() const
{
    set(IPPROTO_IPV6, IPV6_V6ONLY, 0, "IPV6_V6ONLY", "this process may be confined");
}

void QuestionSocket::bind_to_device(std::uint32_t interface) const
{
    set(SOL_SOCKET, SO_BINDTOIFINDEX, interface, "SO_BINDTOIFINDEX",
        "since Linux 5.7 it needs no privilege");
}

int QuestionSocket::bind_to(const net::Endpoint& endpoint) const
{
    const SocketAddress address(endpoint, ipv4_);
    return bind(descriptor_, address.get(), address.length()) == 0 ? 0 : errno;
}

int QuestionSocket::connect_to(const net::Endpoint& endpoint) const
{
    const SocketAddress address(endpoint, ipv4_);
    return connect(descriptor_, address.get(), address.length()) == 0 ? 0 : errno;
}

int QuestionSocket::disconnect() const
{
    sockaddr nobody{};
    nobody.sa_family = AF_UNSPEC;
    return connect(descriptor_, &nobody, sizeof nobody) == 0 ? 0 : errno;
}

net::Address QuestionSocket::local_address() const
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (getsockname(descriptor_, reinterpret_cast<sockaddr*>(&storage), &length) != 0)
        throw OracleUnavailable(fmt::format("the address of a socket cannot be read ({})",
                                            std::generic_category().message(errno)));
    if (ipv4_)
        return net::Address::ipv4(reinterpret_cast<const sockaddr_in&>(storage).sin_addr.s_addr);
    std::array<std::uint32_t, 4> words{};
    std::memcpy(words.data(), &reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr,
                sizeof words);
    return net::Address::ipv6(words);
}

} // namespace kernel
