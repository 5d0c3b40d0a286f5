#include "tests/bench/question.h"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

namespace question {
namespace {

void check(bool good, const char* what)
{
    if (!good)
        throw std::system_error(errno, std::generic_category(), what);
}

void set_option(int socket, int level, int option, std::uint32_t value)
{
    check(setsockopt(socket, level, option, &value, sizeof value) == 0, "setsockopt");
}

int make_socket()
{
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(made >= 0, "socket");
    set_option(made, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
    set_option(made, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1);
    return made;
}

/// Whether connect() is refused `port`.
bool is_refused(int socket, std::uint16_t port)
{
    constexpr unsigned high_shift = 16;
    constexpr std::uint32_t nobody = 0x7f426666; // 127.66.102.102
    set_option(socket, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
               std::uint32_t{port} | std::uint32_t{port} << high_shift);
    sockaddr_in destination{};
    destination.sin_family = AF_INET;
    destination.sin_port = htons(1);
    destination.sin_addr.s_addr = htonl(nobody);
    const bool refused =
        connect(socket, reinterpret_cast<const sockaddr*>(&destination), sizeof destination) != 0;
    check(!refused || errno == EADDRNOTAVAIL, "connect");
    return refused;
}

} // namespace

bool is_held_by_a_fresh_socket(std::uint16_t port)
{
    const int socket = make_socket();
    const bool held = is_refused(socket, port);
    close(socket);
    return held;
}

OneSocket::OneSocket() : socket_(make_socket())
{
    // Whoever wants the port at this moment, and sets this too, gets it all the same.
    set_option(socket_, SOL_SOCKET, SO_REUSEADDR, 1);
}

OneSocket::~OneSocket()
{
    close(socket_);
}

bool OneSocket::is_held(std::uint16_t port) const
{
    if (is_refused(socket_, port))
        return true;
    sockaddr nothing{};
    nothing.sa_family = AF_UNSPEC;
    check(connect(socket_, &nothing, sizeof nothing) == 0, "connect to AF_UNSPEC");
    return false;
}

} // namespace question
