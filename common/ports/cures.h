// What each cure would bring to a tuple whose ports run out: its census, taken again as if the cure
// were applied (supposition.h).
//
// What a census cannot know stays in doubt, and the figure has two ends. Nothing is read or asked
// for it.
#pragma once

#include <vector>

#include "common/kernel/port_settings.h"
#include "common/ports/by_tuple.h"
#include "common/ports/census.h"
#include "common/ports/supposition.h"
#include "common/ports/tuple_usage.h"
#include "common/sockets/snapshot.h"

namespace ports {

enum class Remedy {
    time_wait_reuse, ///< net.ipv4.tcp_tw_reuse
    wider_range,     ///< net.ipv4.ip_local_port_range
    further_address, ///< a source or destination that nobody uses, and what it would find
    no_early_bind,   ///< IP_BIND_ADDRESS_NO_PORT wherever a program binds before it connects
    no_resident,     ///< no socket listens inside the range, or is bound and never connects
    no_time_wait     ///< connections are kept open, or closed by the other end
};

struct Cure {
    Remedy remedy = Remedy::wider_range;
    Outlook outlook;
    kernel::PortSettings settings; ///< as they would be
    bool hangs_on_peer = false;    ///< whether it holds only if the other end uses TCP timestamps
};

/// What is to be mended: what is left now, or also where the closes lead.
enum class Aim { left, projected };

/// Whether a cure that leads to `cured` is worth telling: it brings a hundredth of the usable
/// ports.
bool brings_enough(const Outlook& cured, const Outlook& now);

/// Those that would bring the tuple of `usage` a hundredth of the usable ports at least, in the
/// order of Remedy. `census` and `picked` were made from `snapshot`. If the tuple's connections are
/// not in `picked`, they are looked for.
std::vector<Cure> find_cures(const sockets::Snapshot& snapshot, const Census& census,
                             const TupleUsage& usage, const ConnectionsByTuple& picked, Aim aim);

} // namespace ports
