// The measure of all things here: one walk of the kernel's table of TCP sockets, received and
// thrown away. It asks as the checks do (the older request with family 0, filtered by local port)
// and receives as they do, but looks at nothing except where the dump ends. It shares no code with
// them, so that their faults are not its own, and links nothing but the C library.
//
// Usage: bare_dump LOW HIGH. Prints the number of bytes received.
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

namespace {

struct Request {
    nlmsghdr header{};
    inet_diag_req body{};
    nlattr filter_header{};
    std::array<inet_diag_bc_op, 4> filter{};
};

Request make_request(unsigned short low, unsigned short high)
{
    // Every state that keeps a port: all but SYN_RECV's requests (12) and CLOSE (7), and bound
    // sockets (13).
    constexpr unsigned states = 0x2f7e;
    Request request;
    request.header = {sizeof request, TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0};
    request.body.idiag_states = states;
    request.filter_header = {sizeof request.filter_header + sizeof request.filter,
                             INET_DIAG_REQ_BYTECODE};
    request.filter = {{{INET_DIAG_BC_S_GE, 8, 20},
                       {0, 0, low},
                       {INET_DIAG_BC_S_LE, 8, 12},
                       {0, 0, high}}};
    return request;
}

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 3)
        return EXIT_FAILURE;
    const Request request = make_request(static_cast<unsigned short>(std::atoi(argv[1])),
                                         static_cast<unsigned short>(std::atoi(argv[2])));
    const int channel = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
    if (channel < 0 || send(channel, &request, sizeof request, 0) < 0)
        return EXIT_FAILURE;

    alignas(nlmsghdr) static std::array<std::byte, 32768> buffer;
    long total = 0;
    for (;;) {
        const ssize_t length = recv(channel, buffer.data(), buffer.size(), 0);
        if (length <= 0)
            return EXIT_FAILURE;
        total += length;
        // The message that ends a dump, NLMSG_DONE or NLMSG_ERROR, may follow sockets in one
        // datagram; nothing follows it.
        const auto* last = reinterpret_cast<const nlmsghdr*>(buffer.data() + length - 20);
        if (last->nlmsg_len == 20 && last->nlmsg_type == NLMSG_DONE)
            break;
        const auto* first = reinterpret_cast<const nlmsghdr*>(buffer.data());
        if (first->nlmsg_type == NLMSG_ERROR)
            return EXIT_FAILURE;
    }
    std::printf("%ld\n", total);
}
