#include "common/sockets/sock_diag.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <memory>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>

#include <fmt/format.h>
#include <libmnl/libmnl.h>

#include "common/sockets/reader.h"

namespace sockets {
namespace {

std::string describe(int error)
{
    return std::generic_category().message(error);
}

/// The kernel's own test of the local port: low <= sport and sport <= high, else the socket is left
/// out. An operation is followed by its operand; `yes` and `no` are byte offsets to go on from, and
/// an offset four beyond the program's end rejects (inet_diag_bc_run() in net/ipv4/inet_diag.c).
std::array<inet_diag_bc_op, 4> compile_port_filter(kernel::PortRange ports)
{
    constexpr auto step = static_cast<unsigned char>(2 * sizeof(inet_diag_bc_op));
    constexpr unsigned short beyond = 4;
    return {{{INET_DIAG_BC_S_GE, step, 2 * step + beyond},
             {0, 0, ports.low},
             {INET_DIAG_BC_S_LE, step, step + beyond},
             {0, 0, ports.high}}};
}

/// What the kernel's refusal means for the user. The errors that a missing interface gives lead to
/// another reader; any other one means that this reading failed.
[[noreturn]] void fail_with_kernel_error(int error)
{
    switch (error) {
    case ENOENT:
    case EOPNOTSUPP:
        throw ReaderUnavailable(
            fmt::format("the kernel has no sock_diag for these sockets ({}); modprobe tcp_diag "
                        "udp_diag may help",
                        describe(error)));
    case EINVAL:
        throw ReaderUnavailable("this kernel does not understand the sock_diag request (EINVAL)");
    case EPERM:
    case EACCES:
        throw ReaderUnavailable(fmt::format("sock_diag was refused ({})", describe(error)));
    default:
        throw std::runtime_error(fmt::format("the sock_diag dump broke off: {}", describe(error)));
    }
}

Address make_address(unsigned char family, const std::array<std::uint32_t, 4>& words)
{
    return family == AF_INET ? Address::ipv4(words[0]) : Address::ipv6(words);
}

void read_attributes(const nlmsghdr* message, Socket& socket)
{
    // mnl_attr_for_each() is not C++.
    const auto* attribute =
        static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(message, sizeof(inet_diag_msg)));
    const auto* const end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(message));
    const auto room = [&] {
        return static_cast<int>(end - reinterpret_cast<const char*>(attribute));
    };
    for (; mnl_attr_ok(attribute, room()); attribute = mnl_attr_next(attribute)) {
        const std::size_t length = mnl_attr_get_payload_len(attribute);
        switch (mnl_attr_get_type(attribute)) {
        case INET_DIAG_CGROUP_ID:
            if (length >= sizeof(std::uint64_t))
                socket.cgroup = mnl_attr_get_u64(attribute);
            break;
        case INET_DIAG_SKV6ONLY:
            if (length >= sizeof(std::uint8_t))
                socket.ipv6_only = mnl_attr_get_u8(attribute) != 0;
            break;
        default:
            break;
        }
    }
}

SocketState make_state(unsigned char number)
{
    constexpr auto last_state = static_cast<unsigned char>(SocketState::bound);
    if (number == 0 || number > last_state)
        throw std::runtime_error(
            fmt::format("sock_diag sent a socket in the unknown state {}", number));
    return static_cast<SocketState>(number);
}

Socket make_socket(const nlmsghdr* message)
{
    constexpr unsigned char time_wait_timer = 3;
    const auto& diag = *static_cast<const inet_diag_msg*>(mnl_nlmsg_get_payload(message));
    if (diag.idiag_family != AF_INET && diag.idiag_family != AF_INET6)
        throw std::runtime_error(
            fmt::format("sock_diag sent a socket of the unknown family {}", diag.idiag_family));

    Socket socket;
    socket.state = make_state(diag.idiag_state);
    // A bound TCP socket is asked for by a state of its own, yet shows the state CLOSE that it is
    // in. For UDP, CLOSE is the state of every socket that is not connected.
    if (message->nlmsg_type == TCPDIAG_GETSOCK && socket.state == SocketState::closed)
        socket.state = SocketState::bound;
    socket.local_port = ntohs(diag.id.idiag_sport);
    socket.remote_port = ntohs(diag.id.idiag_dport);
    socket.device = diag.id.idiag_if;
    socket.local_address = make_address(diag.idiag_family, std::to_array(diag.id.idiag_src));
    socket.remote_address = make_address(diag.idiag_family, std::to_array(diag.id.idiag_dst));
    socket.user = diag.idiag_uid;
    socket.inode = diag.idiag_inode;
    if (diag.idiag_timer == time_wait_timer)
        socket.expires_in = std::chrono::milliseconds(diag.idiag_expires);
    read_attributes(message, socket);
    return socket;
}

/// Whether a whole message stands in the next `rest` bytes. mnl_nlmsg_ok() alone takes a length
/// of 2 GiB and more for a negative one, and so for short enough.
bool is_whole(const nlmsghdr* message, int rest)
{
    return mnl_nlmsg_ok(message, rest) && message->nlmsg_len <= static_cast<unsigned>(rest);
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
        // A port id of the kernel's choice: getpid() is taken twice where two containers share a
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

/// A request to dump the sockets on `local_ports`, of `type` and with `body`.
template <class Body>
std::vector<std::byte> make_request(unsigned short type, const Body& body,
                                    kernel::PortRange local_ports, std::uint32_t sequence)
{
    const auto filter = compile_port_filter(local_ports);
    std::vector<std::byte> buffer(MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof body) + MNL_ATTR_HDRLEN +
                                  sizeof filter);

    nlmsghdr* const header = mnl_nlmsg_put_header(buffer.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = sequence;
    std::memcpy(mnl_nlmsg_put_extra_header(header, sizeof body), &body, sizeof body);
    mnl_attr_put(header, INET_DIAG_REQ_BYTECODE, sizeof filter, filter.data());
    return buffer;
}

void receive_dump(Channel& channel, std::uint32_t sequence, const SocketSink& sink)
{
    // The kernel fills at most 32 KiB a datagram, and less where the buffer is smaller
    // (netlink_dump()).
    constexpr std::size_t datagram_size = 32768;
    alignas(nlmsghdr) std::array<std::byte, datagram_size> buffer;
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

std::vector<std::byte> make_tcp_dump_request(const Query& query, std::uint32_t sequence)
{
    inet_diag_req body{};
    body.idiag_family = AF_UNSPEC;
    body.idiag_states = query.states.bits();
    return make_request(TCPDIAG_GETSOCK, body, query.local_ports, sequence);
}

std::vector<std::byte> make_udp_dump_request(unsigned char family, kernel::PortRange local_ports,
                                             std::uint32_t sequence)
{
    inet_diag_req_v2 body{};
    body.sdiag_family = family;
    body.sdiag_protocol = IPPROTO_UDP;
    body.idiag_states = udp_states.bits();
    return make_request(SOCK_DIAG_BY_FAMILY, body, local_ports, sequence);
}

bool parse_dump(std::span<const std::byte> datagram, std::uint32_t sequence, const SocketSink& sink)
{
    int rest = static_cast<int>(datagram.size());
    const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
    for (; is_whole(message, rest); message = mnl_nlmsg_next(message, &rest)) {
        if (message->nlmsg_seq != sequence)
            throw std::runtime_error("sock_diag answered another request than ours");
        const std::size_t length = mnl_nlmsg_get_payload_len(message);
        switch (message->nlmsg_type) {
        case NLMSG_DONE:
        case NLMSG_ERROR: {
            // Both begin with the error as a negative number; a dump that went well has none or 0.
            int error = 0;
            if (length >= sizeof error)
                std::memcpy(&error, mnl_nlmsg_get_payload(message), sizeof error);
            if (error < 0 && error != std::numeric_limits<int>::min())
                fail_with_kernel_error(-error);
            if (error != 0)
                throw std::runtime_error(
                    fmt::format("the sock_diag dump broke off with the strange error {}", error));
            if (message->nlmsg_type == NLMSG_ERROR)
                throw std::runtime_error(
                    "sock_diag acknowledged the request instead of answering it");
            return true;
        }
        case TCPDIAG_GETSOCK:
        case SOCK_DIAG_BY_FAMILY:
            if (length < sizeof(inet_diag_msg))
                throw std::runtime_error(fmt::format(
                    "a sock_diag message of {} bytes is too short for a socket", length));
            sink(make_socket(message));
            break;
        default:
            throw std::runtime_error(fmt::format("sock_diag sent a message of the unknown type {}",
                                                 message->nlmsg_type));
        }
    }
    if (rest != 0)
        throw std::runtime_error(
            fmt::format("{} bytes behind the last whole sock_diag message", rest));
    return false;
}

void read_tcp_by_sock_diag(const Query& query, const SocketSink& sink)
{
    constexpr std::uint32_t sequence = 1;
    Channel channel;
    channel.send(make_tcp_dump_request(query, sequence));
    receive_dump(channel, sequence, sink);
}

void read_udp_by_sock_diag(kernel::PortRange local_ports, const SocketSink& sink)
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
