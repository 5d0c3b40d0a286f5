// Looks at the network namespaces: at the counters of all, and at the sockets of those that matter.
//
// The kernel has one table of sockets for all namespaces, and a dump of one namespace walks all of
// it (inet_diag_dump_icsk(), sk_net()). So a namespace is walked only if that could change the
// answer: a tuple uses no more ports than its namespace has sockets, and these are counted by the
// kernel. The largest bound comes first. A few are walked only to make the figures exact, so that
// they are so on a small host.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "plugins/namespaces_situation.h"

namespace checks {

/// Which namespaces, by patterns for their names, or by their numbers; all if there is none.
struct NamespaceChoice {
    std::vector<std::string> only;
    std::vector<std::string> exclusions;

    [[nodiscard]] bool includes(const NamespaceLabel& label) const;
};

/// Begins no walk after `last_start`. Leaves this process in one of the namespaces. Throws
/// std::runtime_error, also if none is what `choice` names.
NamespacesSituation look_into_namespaces(const NamespaceChoice& choice,
                                         const NamespacesJudgement& judgement,
                                         std::chrono::steady_clock::time_point last_start);

} // namespace checks
