// The filter in a dump's request, run and audited as the kernel does (net/ipv4/inet_diag.c).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <set>
#include <stdexcept>
#include <vector>

namespace port_program {

using Program = std::vector<inet_diag_bc_op>;

constexpr int operation_size = sizeof(inet_diag_bc_op);

/// The filter of a request with a `Body`. Throws std::logic_error if the request is not whole.
template <class Body>
Program filter_of(const std::vector<std::byte>& request)
{
    const std::size_t start = NLMSG_SPACE(sizeof(Body));
    nlattr attribute{};
    if (request.size() <= start + sizeof attribute)
        throw std::logic_error("a request without a filter");
    std::memcpy(&attribute, request.data() + start, sizeof attribute);
    if (attribute.nla_type != INET_DIAG_REQ_BYTECODE || start + attribute.nla_len != request.size())
        throw std::logic_error("a request that does not end with its filter");
    Program program((attribute.nla_len - sizeof attribute) / sizeof(inet_diag_bc_op));
    std::memcpy(program.data(), request.data() + start + sizeof attribute,
                program.size() * sizeof(inet_diag_bc_op));
    return program;
}

inline int length_of(const Program& program)
{
    return static_cast<int>(program.size()) * operation_size;
}

inline const inet_diag_bc_op& at(const Program& program, int offset)
{
    return program.at(static_cast<std::size_t>(offset / operation_size));
}

/// inet_diag_bc_run()
inline bool passes(const Program& program, std::uint16_t port)
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
            throw std::logic_error("an operation that the tests do not know");
        offset += yes ? operation.yes : operation.no;
    }
    return offset == length_of(program);
}

/// The offsets that are reached by `yes` alone: valid_cc() wants every other target among them. An
/// operation that stays where it is ends the way; is_valid() refuses it.
inline std::set<int> way_of_yes(const Program& program)
{
    std::set<int> way;
    int offset = 0;
    while (offset < length_of(program) && way.insert(offset).second)
        offset += at(program, offset).yes;
    way.insert(offset);
    return way;
}

/// inet_diag_bc_audit(): what the kernel takes.
inline bool is_valid(const Program& program)
{
    const int end = length_of(program);
    const std::set<int> way = way_of_yes(program);
    return std::ranges::all_of(way, [&](int offset) {
        if (offset >= end)
            return offset == end;
        const inet_diag_bc_op& operation = at(program, offset);
        const bool compares = operation.code != INET_DIAG_BC_JMP;
        const int shortest = compares ? 2 * operation_size : operation_size;
        const int target = offset + operation.no;
        return operation.yes >= shortest && operation.no >= shortest &&
               target <= end + operation_size && (target >= end || way.contains(target));
    });
}

} // namespace port_program
