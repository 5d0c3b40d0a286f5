// Who is hurt if bind() has no TCP port left: whether a program here binds.
//
// Connections and their TIME_WAITs take ports from bind(address, 0) even on a host on which nothing
// ever calls it. A socket that is bound only shows itself. One that called bind() before connect()
// leaves its port held, even in TIME_WAIT (common/ports/held_ports.h), and the kernel can be asked
// for that. A listener is no sign: a service binds its port once, when it starts.
#pragma once

#include "common/kernel/oracle.h"
#include "common/ports/bind_census.h"
#include "common/sockets/snapshot.h"

namespace checks {

enum class Binders { none, some, unknown };

/// Asks only if the sockets of `snapshot` do not show it, and until the first one is found.
/// `hidden`: what is known of sockets that are not shown.
Binders inquire_binders(const sockets::Snapshot& snapshot, const ports::HiddenPorts& hidden,
                        kernel::Oracle& oracle);

} // namespace checks
