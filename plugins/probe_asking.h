// How check_ephemeral_probe finds out whether a call gets a port.
#pragma once

#include <optional>

#include "common/kernel/oracle.h"
#include "common/net/address.h"
#include "plugins/if_nobody_binds_option.h"
#include "plugins/probe_finding.h"

namespace checks {

/// Asks the kernel for one of the two calls that connect. Whatever stands in the way is the
/// finding's obstacle.
ProbeFinding probe_connect(kernel::Oracle& oracle, const kernel::PortRequest& request);

/// The same for bind() of a TCP socket to `source`, or to the wildcard address, port 0.
///
/// Only the wildcard's bind() may be asked: it fails wherever any socket is. To another address it
/// could succeed on a port that has a connection, and change that port for all. So if the wildcard
/// gets no port, what `source` has left is computed from the sockets.
///
/// If it fails, and unless it is CRITICAL all the same, finds out whether a program here binds.
ProbeFinding probe_bind(kernel::Oracle& oracle, const std::optional<net::Address>& source,
                        IfNobodyBinds if_nobody_binds);

} // namespace checks
