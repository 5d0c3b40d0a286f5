// TIME_WAITs as /proc/net/tcp shows them, so that a test waits for what it needs without the
// readers that it tests.
#pragma once

#include <chrono>
#include <cstddef>

#include "common/net/port_set.h"
#include "tests/live/lab.h"

namespace lab {

/// Their number in this namespace, FIN_WAIT2s without an owner among them, as the kernel counts.
std::size_t count_time_waits();

/// Closes `connection`, whose other side stays open, so that the kernel keeps a FIN_WAIT2 without
/// an owner, as it does of nearly all. If the acknowledgement arrives while close() still runs, it
/// keeps the whole socket (tcp_rcv_state_process(), sock_owned_by_user()).
void leave_fin_wait2(FileDescriptor& connection);

/// Connects to `destination` and has the end that `listener` accepts close first, until there are
/// `wanted` TIME_WAITs. A client on the port of an earlier one ends the TIME_WAIT that is left of
/// it.
void leave_server_time_waits(std::size_t wanted, const Endpoint& destination,
                             const FileDescriptor& listener);

/// Waits until one of the kernel's whole seconds begins, by which it counts a TIME_WAIT's age
/// before there is a tcp_tw_reuse_delay.
void await_new_second();

/// Waits until every TIME_WAIT is older than `youngest`.
void await_age(std::chrono::milliseconds youngest);

/// An age at which connect() takes a TIME_WAIT over, if it ever does, with the delay of one second
/// that kernels begin with. Before there was a tcp_tw_reuse_delay they counted whole seconds.
std::chrono::milliseconds reusable_age();

/// Waits until no connection is on its way from one state to another and no TIME_WAIT on `range` is
/// so young that the kernel's coarse clock could count it on either side of its delay.
void settle(net::PortRange range);

} // namespace lab
