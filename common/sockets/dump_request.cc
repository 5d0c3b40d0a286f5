#include "common/sockets/dump_request.h"

#include <array>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

namespace sockets {
namespace {

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

} // namespace sockets
