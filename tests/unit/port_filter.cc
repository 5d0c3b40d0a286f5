// The filter in a dump's request, run and audited as the kernel does.
#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <set>
#include <stdexcept>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/sockets/dump_request.h"

namespace {

using sockets::Query;
using Program = std::vector<inet_diag_bc_op>;

/// The filter of the request for `query`.
Program filter_of(const Query& query)
{
    const std::vector<std::byte> request = sockets::make_tcp_dump_request(query, 1);
    const std::size_t start = NLMSG_SPACE(sizeof(inet_diag_req));
    nlattr attribute{};
    BOOST_REQUIRE(request.size() > start + sizeof attribute);
    std::memcpy(&attribute, request.data() + start, sizeof attribute);
    BOOST_TEST(attribute.nla_type == INET_DIAG_REQ_BYTECODE);
    BOOST_TEST(start + attribute.nla_len == request.size());
    Program program((attribute.nla_len - sizeof attribute) / sizeof(inet_diag_bc_op));
    std::memcpy(program.data(), request.data() + start + sizeof attribute,
                program.size() * sizeof(inet_diag_bc_op));
    return program;
}

constexpr int operation_size = sizeof(inet_diag_bc_op);

int length_of(const Program& program)
{
    return static_cast<int>(program.size()) * operation_size;
}

const inet_diag_bc_op& at(const Program& program, int offset)
{
    return program.at(static_cast<std::size_t>(offset / operation_size));
}

/// inet_diag_bc_run()
bool passes(const Program& program, std::uint16_t port)
{
    int offset = 0;
    while (offset < length_of(program)) {
        const inet_diag_bc_op& operation = at(program, offset);
        bool yes = false;
        if (operation.code == INET_DIAG_BC_S_GE)
            yes = port >= at(program, offset + operation_size).no;
        else if (operation.code == INET_DIAG_BC_S_LE)
            yes = port <= at(program, offset + operation_size).no;
        else if (operation.code != INET_DIAG_BC_JMP)
            throw std::logic_error("an operation that the test does not know");
        offset += yes ? operation.yes : operation.no;
    }
    return offset == length_of(program);
}

/// The offsets that are reached by `yes` alone: valid_cc() wants every other target among them.
std::set<int> way_of_yes(const Program& program)
{
    std::set<int> way;
    int offset = 0;
    while (offset < length_of(program)) {
        way.insert(offset);
        offset += at(program, offset).yes;
    }
    way.insert(offset);
    BOOST_TEST(offset == length_of(program));
    return way;
}

/// inet_diag_bc_audit()
void audit(const Program& program)
{
    const std::set<int> way = way_of_yes(program);
    for (const int offset : way) {
        if (offset == length_of(program))
            continue;
        const inet_diag_bc_op& operation = at(program, offset);
        const bool compares = operation.code != INET_DIAG_BC_JMP;
        const int shortest = compares ? 2 * operation_size : operation_size;
        const int target = offset + operation.no;
        BOOST_TEST(operation.yes >= shortest);
        BOOST_TEST(operation.no >= shortest);
        BOOST_TEST(target <= length_of(program) + operation_size);
        if (target < length_of(program))
            BOOST_TEST(way.contains(target));
    }
}

void check(const Query& query)
{
    const Program program = filter_of(query);
    audit(program);
    int wrong = 0;
    for (int number = 0; number <= 65535; ++number) {
        const auto port = static_cast<std::uint16_t>(number);
        const bool wanted = query.local_ports.contains(port) ||
                            (query.further_port != 0 && port == query.further_port);
        wrong += passes(program, port) == wanted ? 0 : 1;
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE(port_filter)

BOOST_AUTO_TEST_CASE(lets_the_ports_of_a_range_pass_and_no_other)
{
    for (const net::PortRange range :
         {net::PortRange{40000, 40063}, {1, 65535}, {0, 65535}, {5, 5}, {65535, 65535}})
        check({range});
}

BOOST_AUTO_TEST_CASE(lets_a_further_port_pass_on_either_side_of_the_range)
{
    for (const std::uint16_t further : {1, 1024, 39999, 40000, 40063, 40064, 65535}) {
        Query query = {{40000, 40063}};
        query.further_port = further;
        check(query);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
