#include "common/kernel/oracle.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <random>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

// Younger than the C library of the oldest distribution that we build on.
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

namespace kernel {
namespace {

using Call = PortRequest::Call;

std::string describe(int error)
{
    return std::generic_category().message(error);
}

bool is_tcp(Call call)
{
    return call == Call::tcp_connect || call == Call::tcp_bind;
}
bool connects(Call call)
{
    return call == Call::tcp_connect || call == Call::udp_connect;
}

class SocketAddress {
public:
    explicit SocketAddress(const net::Endpoint& endpoint)
    {
        const net::Address& address = endpoint.address;
        if (address.is_ipv4()) {
            sockaddr_in ipv4{};
            ipv4.sin_family = AF_INET;
            ipv4.sin_port = htons(endpoint.port);
            ipv4.sin_addr.s_addr = address.low_word();
            store(ipv4);
        } else {
            sockaddr_in6 ipv6{};
            ipv6.sin6_family = AF_INET6;
            ipv6.sin6_port = htons(endpoint.port);
            std::memcpy(&ipv6.sin6_addr, address.words().data(), sizeof ipv6.sin6_addr);
            store(ipv6);
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

/// The socket in question. It never blocks, and is closed before anything could be sent.
class QuestionSocket {
public:
    QuestionSocket(bool ipv4, bool tcp)
        : descriptor_(socket(ipv4 ? AF_INET : AF_INET6,
                             (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        if (descriptor_ < 0)
            throw OracleUnavailable(fmt::format("a socket was refused ({})", describe(errno)));
    }
    ~QuestionSocket() { close(descriptor_); }
    QuestionSocket(const QuestionSocket&) = delete;
    QuestionSocket& operator=(const QuestionSocket&) = delete;

    /// `hint`: what usually stands in the way.
    void set(int level, int option, std::uint32_t value, const char* name, const char* hint) const
    {
        if (setsockopt(descriptor_, level, option, &value, sizeof value) != 0)
            throw OracleUnavailable(fmt::format("the socket option {} was refused ({}); {}", name,
                                                describe(errno), hint));
    }

    int bind_to(const SocketAddress& address) const
    {
        return bind(descriptor_, address.get(), address.length()) == 0 ? 0 : errno;
    }

    int connect_to(const SocketAddress& address) const
    {
        return connect(descriptor_, address.get(), address.length()) == 0 ? 0 : errno;
    }

private:
    int descriptor_;
};

/// Makes the socket do as `request` says: put the SYN off, take a certain port, bind without a
/// port.
void configure(QuestionSocket& question, const PortRequest& request)
{
    if (request.call == Call::tcp_connect) {
        constexpr const char* hint = "net.ipv4.tcp_fastopen needs its bit 1, as it has by default";
        question.set(IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1, "TCP_FASTOPEN_CONNECT", hint);
        question.set(IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1, "TCP_FASTOPEN_NO_COOKIE",
                     "Linux 4.15 has it");
    }
    if (request.local_ports) {
        constexpr unsigned high_shift = 16;
        question.set(IPPROTO_IP, IP_LOCAL_PORT_RANGE,
                     std::uint32_t{request.local_ports->low} |
                         std::uint32_t{request.local_ports->high} << high_shift,
                     "IP_LOCAL_PORT_RANGE", "Linux 6.3 has it");
    }
    if (connects(request.call) && request.source)
        question.set(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1, "IP_BIND_ADDRESS_NO_PORT",
                     "Linux 4.2 has it");
}

PortAnswer put_question(const PortRequest& request)
{
    const net::Address source = request.source.value_or(net::Address());
    const bool ipv4 = (connects(request.call) ? request.destination.address : source).is_ipv4();
    QuestionSocket question(ipv4, is_tcp(request.call));
    configure(question, request);

    PortAnswer answer;
    if (connects(request.call) && request.source) {
        // This chooses no port yet, so its failure is about the address.
        const int error = question.bind_to(SocketAddress({source, 0}));
        if (error != 0)
            throw std::runtime_error(fmt::format("cannot use the source address {}: {}",
                                                 source.text(), describe(error)));
    }
    const auto begin = std::chrono::steady_clock::now();
    answer.error = connects(request.call) ? question.connect_to(SocketAddress(request.destination))
                                          : question.bind_to(SocketAddress({source, 0}));
    answer.search_time = std::chrono::steady_clock::now() - begin;
    return answer;
}

/// A loopback tuple that nobody uses. Its address is drawn by lot, so that two checks at the same
/// time do not stand in each other's way: each would see the other's question as a taken port.
PortRequest loopback_request()
{
    constexpr std::uint32_t network = 0x7f420000; // 127.66.0.0/16
    std::random_device device;
    std::uniform_int_distribution<std::uint32_t> host(1, 0xfffe);
    PortRequest request;
    request.destination = {net::Address::ipv4(htonl(network | host(device))), 1};
    return request;
}

} // namespace

void Oracle::rehearse()
{
    const PortAnswer answer = put_question(loopback_request());
    // Where every port is held, the search fails before anything could be sent, here and for every
    // destination.
    if (answer.error != 0 && answer.error != EADDRNOTAVAIL)
        throw OracleUnavailable(
            fmt::format("this kernel does not put the SYN off, or has no way to loopback ({})",
                        describe(answer.error)));
    rehearsed_ = true;
}

PortAnswer Oracle::ask(const PortRequest& request)
{
    if (request.call == Call::tcp_connect && !rehearsed_)
        rehearse();
    return put_question(request);
}

net::PortSet Oracle::held_among(const net::PortSet& ports)
{
    PortRequest request = loopback_request();
    net::PortSet held;
    ports.for_each([&](std::uint16_t port) {
        request.local_ports = {port, port};
        const PortAnswer answer = ask(request);
        if (answer.error == EADDRNOTAVAIL)
            held.insert(port);
        else if (answer.error != 0)
            throw OracleUnavailable(
                fmt::format("asking about port {} failed ({})", port, describe(answer.error)));
    });
    return held;
}

} // namespace kernel
