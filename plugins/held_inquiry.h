// Which ports are held: what the sockets show, and beyond that what the kernel says when asked.
#pragma once

#include <cstddef>
#include <string>

#include "common/kernel/oracle.h"
#include "common/plugin/options.h"
#include "common/ports/bind_census.h"
#include "common/ports/held_ports.h"
#include "common/sockets/snapshot.h"

namespace checks {

enum class HeldPolicy { ask, count };

/// The option `--held`.
plugin::Option held_option(HeldPolicy& target);

struct HeldInquiry {
    ports::HeldPorts held;
    std::string obstacle; ///< why the kernel could not be asked; empty if it could, or if not asked
};

/// Asks about every port that is in doubt, and if sockets may be hidden, about those without a
/// socket until all of these are found.
HeldInquiry inquire_held(const sockets::Snapshot& snapshot, HeldPolicy policy,
                         kernel::Oracle& oracle);

/// The ports of sockets that are not shown. Asks only if some may be hidden: about the ports
/// without a socket, and if not all are found there, which others are held. `obstacle`: why it
/// could not be asked.
ports::HiddenPorts inquire_hidden(const sockets::Snapshot& snapshot, kernel::Oracle& oracle,
                                  std::string& obstacle);

/// What is in doubt about the ports, and why; empty if nothing is.
std::string tell_doubt(const HeldInquiry& inquiry);

} // namespace checks
