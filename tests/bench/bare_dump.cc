// The measure of all things here: one walk of the kernel's table of TCP sockets, received and
// thrown away. It asks as the checks do: the older request with family 0, filtered by local port.
//
// Usage: bare_dump LOW HIGH. Prints the number of bytes received.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include "tests/bench/bare_walk.h"

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
    request.filter = {
        {{INET_DIAG_BC_S_GE, 8, 20}, {0, 0, low}, {INET_DIAG_BC_S_LE, 8, 12}, {0, 0, high}}};
    return request;
}

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 3)
        return EXIT_FAILURE;
    const Request request = make_request(static_cast<unsigned short>(std::atoi(argv[1])),
                                         static_cast<unsigned short>(std::atoi(argv[2])));
    const long total = bench::walk(NETLINK_SOCK_DIAG, &request, sizeof request);
    if (total < 0)
        return EXIT_FAILURE;
    std::printf("%ld\n", total);
}
