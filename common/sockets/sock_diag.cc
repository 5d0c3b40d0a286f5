#include "common/sockets/sock_diag.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <memory>
#include <netinet/in.h>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "common/sockets/dump_message.h"
#include "common/sockets/dump_request.h"
#include "common/sockets/reader_unavailable.h"

namespace sockets {
namespace {

std::string describe(int error)
{
    return std::generic_category().message(error);
}

/// A netlink socket of the family of sock_diag.
class Channel {
public:
    Channel() : socket_(mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC), mnl_socket_close)
    {
        if (!socket_)
            throw ReaderUnavailable(fmt::format("a netlink socket was refused ({}); seccomp or "
                                                "systemd's RestrictAddressFamilies may do that",
                                                describe(errno)));
        // A port id of the kernel's choice: getpid() is taken twice if two containers share a
        // namespace.
        if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
            throw ReaderUnavailable(
                fmt::format("cannot bind a netlink socket: {}", describe(errno)));
    }

    void send(std::span<const std::byte> request)
    {
        if (mnl_socket_sendto(socket_.get(), request.data(), request.size()) < 0)
            throw ReaderUnavailable(fmt::format("cannot send to sock_diag: {}", describe(errno)));
    }

    /// One datagram, which stands in `buffer`.
    std::span<const std::byte> receive(std::span<std::byte> buffer)
    {
        ssize_t length = 0;
        do {
            length = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
        } while (length < 0 && errno == EINTR);
        if (length < 0 && errno == ENOSPC)
            throw std::runtime_error("a sock_diag message was longer than the kernel makes them");
        if (length < 0)
            throw std::runtime_error(
                fmt::format("cannot receive from sock_diag: {}", describe(errno)));
        return buffer.first(static_cast<std::size_t>(length));
    }

private:
    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
};

void receive_dump(Channel& channel, std::uint32_t sequence, const SocketSink& sink)
{
    // The kernel fills at most 32 KiB a datagram, and less if the buffer is smaller
    // (netlink_dump()).
    constexpr std::size_t datagram_size = 32768;
    std::vector<std::byte> buffer(datagram_size);
    bool complete = parse_dump(channel.receive(buffer), sequence, sink);
    try {
        while (!complete)
            complete = parse_dump(channel.receive(buffer), sequence, sink);
    } catch (const ReaderUnavailable& error) {
        // Too late for another reader, which would hand out the same sockets again.
        throw std::runtime_error(fmt::format("the sock_diag dump broke off: {}", error.what()));
    }
}

} // namespace

void read_tcp_by_sock_diag(const Query& query, const SocketSink& sink)
{
    constexpr std::uint32_t sequence = 1;
    Channel channel;
    channel.send(make_tcp_dump_request(query, sequence));
    receive_dump(channel, sequence, sink);
}

void read_udp_by_sock_diag(net::PortRange local_ports, const SocketSink& sink)
{
    Channel channel;
    std::uint32_t sequence = 1;
    channel.send(make_udp_dump_request(AF_INET, local_ports, sequence));
    receive_dump(channel, sequence, sink);
    ++sequence;
    channel.send(make_udp_dump_request(AF_INET6, local_ports, sequence));
    try {
        receive_dump(channel, sequence, sink);
    } catch (const ReaderUnavailable& error) {
        // Too late for another reader: it would hand out the IPv4 sockets again.
        throw std::runtime_error(error.what());
    }
}

} // namespace sockets
