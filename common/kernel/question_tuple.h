// Where questions about held ports go, so that nobody takes a question for a connection.
//
// While the kernel is asked (common/kernel/oracle.h), a socket in SYN_SENT is in its table for some
// microseconds, and every check that runs at the same time sees it. It sees the socket in CLOSE if
// the question ended after the dump had found it and before the dump wrote it down
// (tcp_diag_dump()). All such questions go to 127.66.0.0/16, those of each check to a random
// address: two checks with the same one would see each other's question as a taken port. A real
// connection over loopback stays in SYN_SENT for microseconds, too, and is counted in its next
// state.
#pragma once

#include <arpa/inet.h>
#include <cstdint>

#include "common/net/address.h"

namespace kernel {

/// 127.66.0.0/16, in the byte order of this machine.
constexpr std::uint32_t question_network = 0x7f420000;
constexpr std::uint32_t question_host_mask = 0x0000ffff;

inline bool is_of_questions(const net::Address& address)
{
    return address.is_ipv4() &&
           (ntohl(address.low_word()) & ~question_host_mask) == question_network;
}

/// Whether a socket with this peer is a question of a check, and no connection. `in_passing`: it is
/// in SYN_SENT or CLOSE, between which a question lives.
inline bool is_question(const net::Address& remote, bool in_passing)
{
    return in_passing && is_of_questions(remote);
}

/// A random address of that network.
net::Address draw_question_address();

} // namespace kernel
