#include "common/sockets/sock_diag.h"

#include <algorithm>
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

/// "low <= local port and local port <= high, or local port == further port", for the kernel to
/// leave out all other sockets. An operation is followed by its operand; `yes` and `no` are byte
/// offsets to go on from, and an offset four beyond the program's end rejects (inet_diag_bc_run()
/// in net/ipv4/inet_diag.c). Every target of a `no` has to be on the way of the `yes`
/// (inet_diag_bc_audit()), so that a jump over the second test stands between the two.
std::vector<inet_diag_bc_op> compile_port_filter(const Query& query)
{
    constexpr auto step = static_cast<unsigned char>(2 * sizeof(inet_diag_bc_op));
    constexpr auto jump = static_cast<unsigned char>(sizeof(inet_diag_bc_op));
    constexpr unsigned short beyond = 4;
    const auto test = [](net::PortRange ports, unsigned short otherwise) {
        const auto second = static_cast<unsigned short>(otherwise - step);
        return std::array<inet_diag_bc_op, 4>{{{INET_DIAG_BC_S_GE, step, otherwise},
                                               {0, 0, ports.low},
                                               {INET_DIAG_BC_S_LE, step, second},
                                               {0, 0, ports.high}}};
    };
    constexpr unsigned short test_size = 2 * step;
    if (query.further_port == 0) {
        const auto only = test(query.local_ports, test_size + beyond);
        return {only.begin(), only.end()};
    }
    const auto first = test(query.local_ports, test_size + jump);
    const auto second = test({query.further_port, query.further_port}, test_size + beyond);
    std::vector<inet_diag_bc_op> program(first.begin(), first.end());
    program.push_back({INET_DIAG_BC_JMP, jump, static_cast<unsigned short>(test_size + jump)});
    program.insert(program.end(), second.begin(), second.end());
    return program;
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

net::Address make_address(unsigned char family, const std::array<std::uint32_t, 4>& words)
{
    return family == AF_INET ? net::Address::ipv4(words[0]) : net::Address::ipv6(words);
}

std::size_t length_of(const nlmsghdr& header)
{
    return header.nlmsg_len;
}
std::size_t length_of(const nlattr& header)
{
    return header.nla_len;
}

/// A message of a datagram, or an attribute of a message: both are a header that says how long they
/// are, header included, and what follows.
template <class Header>
struct Piece {
    const Header* header = nullptr;
    std::span<const std::byte> payload = {};

    /// Whether there was a whole one.
    explicit operator bool() const { return header != nullptr; }
};

/// Takes the first piece off `rest`, and the padding behind it. As libmnl does, but inline: its
/// calls, some thirty a socket, took as long as all our other work.
template <class Header>
Piece<Header> take(std::span<const std::byte>& rest)
{
    constexpr std::size_t alignment = NLMSG_ALIGNTO;
    static_assert(alignment == NLA_ALIGNTO);
    if (rest.size() < sizeof(Header))
        return {};
    const auto* const header = reinterpret_cast<const Header*>(rest.data());
    const std::size_t length = length_of(*header);
    if (length < sizeof(Header) || length > rest.size())
        return {};
    const std::span<const std::byte> payload =
        rest.subspan(sizeof(Header), length - sizeof(Header));
    rest = rest.subspan(std::min((length + alignment - 1) / alignment * alignment, rest.size()));
    return {header, payload};
}

void read_attributes(std::span<const std::byte> rest, Socket& socket)
{
    while (const auto attribute = take<nlattr>(rest)) {
        switch (attribute.header->nla_type & NLA_TYPE_MASK) {
        case INET_DIAG_CGROUP_ID:
            if (attribute.payload.size() >= sizeof(std::uint64_t))
                std::memcpy(&socket.cgroup.emplace(), attribute.payload.data(),
                            sizeof(std::uint64_t));
            break;
        case INET_DIAG_SKV6ONLY:
            if (!attribute.payload.empty())
                socket.ipv6_only = attribute.payload.front() != std::byte{0};
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

Socket make_socket(const Piece<nlmsghdr>& message)
{
    constexpr unsigned char time_wait_timer = 3;
    const auto& diag = *reinterpret_cast<const inet_diag_msg*>(message.payload.data());
    if (diag.idiag_family != AF_INET && diag.idiag_family != AF_INET6)
        throw std::runtime_error(
            fmt::format("sock_diag sent a socket of the unknown family {}", diag.idiag_family));

    Socket socket;
    socket.state = make_state(diag.idiag_state);
    // A bound TCP socket is asked for by a state of its own, yet shows the state CLOSE that it is
    // in. For UDP, CLOSE is the state of every socket that is not connected.
    if (message.header->nlmsg_type == TCPDIAG_GETSOCK && socket.state == SocketState::closed)
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
    read_attributes(message.payload.subspan(sizeof diag), socket);
    return socket;
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

/// A request of `type`, with `body`, to dump the sockets that `query` asks for.
template <class Body>
std::vector<std::byte> make_request(unsigned short type, const Body& body, const Query& query,
                                    std::uint32_t sequence)
{
    const auto filter = compile_port_filter(query);
    const std::size_t filter_size = filter.size() * sizeof(inet_diag_bc_op);
    std::vector<std::byte> buffer(MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof body) + MNL_ATTR_HDRLEN +
                                  filter_size);

    nlmsghdr* const header = mnl_nlmsg_put_header(buffer.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = sequence;
    std::memcpy(mnl_nlmsg_put_extra_header(header, sizeof body), &body, sizeof body);
    mnl_attr_put(header, INET_DIAG_REQ_BYTECODE, filter_size, filter.data());
    return buffer;
}

void receive_dump(Channel& channel, std::uint32_t sequence, const SocketSink& sink)
{
    // The kernel fills at most 32 KiB a datagram, and less where the buffer is smaller
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

std::vector<std::byte> make_tcp_dump_request(const Query& query, std::uint32_t sequence)
{
    inet_diag_req body{};
    body.idiag_family = AF_UNSPEC;
    body.idiag_states = query.states.bits();
    return make_request(TCPDIAG_GETSOCK, body, query, sequence);
}

std::vector<std::byte> make_udp_dump_request(unsigned char family, net::PortRange local_ports,
                                             std::uint32_t sequence)
{
    inet_diag_req_v2 body{};
    body.sdiag_family = family;
    body.sdiag_protocol = IPPROTO_UDP;
    const Query query = {local_ports, udp_states};
    body.idiag_states = query.states.bits();
    return make_request(SOCK_DIAG_BY_FAMILY, body, query, sequence);
}

bool parse_dump(std::span<const std::byte> datagram, std::uint32_t sequence, const SocketSink& sink)
{
    std::span<const std::byte> rest = datagram;
    while (const auto message = take<nlmsghdr>(rest)) {
        if (message.header->nlmsg_seq != sequence)
            throw std::runtime_error("sock_diag answered another request than ours");
        const std::size_t length = message.payload.size();
        switch (message.header->nlmsg_type) {
        case NLMSG_DONE:
        case NLMSG_ERROR: {
            // Both begin with the error as a negative number; a dump that went well has none or 0.
            int error = 0;
            if (length >= sizeof error)
                std::memcpy(&error, message.payload.data(), sizeof error);
            if (error < 0 && error != std::numeric_limits<int>::min())
                fail_with_kernel_error(-error);
            if (error != 0)
                throw std::runtime_error(
                    fmt::format("the sock_diag dump broke off with the strange error {}", error));
            if (message.header->nlmsg_type == NLMSG_ERROR)
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
                                                 message.header->nlmsg_type));
        }
    }
    if (!rest.empty())
        throw std::runtime_error(
            fmt::format("{} bytes behind the last whole sock_diag message", rest.size()));
    return false;
}

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
