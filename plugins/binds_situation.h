// What check_ephemeral_binds found, and what it says: pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/plugin/report.h"
#include "common/ports/bind_census.h"
#include "common/ports/busiest_tuple.h"
#include "plugins/in_doubt_option.h"
#include "plugins/live_owners.h"

namespace checks {

/// What one protocol has left.
struct BindsSituation {
    ports::Protocol protocol = ports::Protocol::tcp;
    std::size_t range_size = 0;
    ports::BindUsage wildcard;
    std::vector<ports::BindUsage> by_address;
    LiveOwners owners = {}; ///< of the first few, if they were looked for

    [[nodiscard]] std::size_t left() const { return range_size - wildcard.used; }
    [[nodiscard]] std::size_t left_least() const { return range_size - wildcard.used_most; }
    [[nodiscard]] bool is_exact() const { return wildcard.used == wildcard.used_most; }
};

struct BindsJudgement {
    plugin::Thresholds usage;
    InDoubt in_doubt = InDoubt::left;
    std::size_t rows = 5;      ///< so many addresses of each protocol are listed
    bool nobody_binds = false; ///< TCP is WARNING at most: nothing here would miss its ports
};

/// Whether `one` comes first: the one whose state is worse; of the same state, the one that has
/// fewer ports left. TCP can have none left, and UDP be what raised the alarm.
bool is_more_urgent(const BindsSituation& one, const BindsSituation& other,
                    const BindsJudgement& judgement);

/// What TCP alone would be judged; OK if it was not looked at. `situations` as in report_binds().
plugin::State tcp_state(const std::vector<BindsSituation>& situations,
                        const BindsJudgement& judgement);

/// Whether a figure of one of the rows that are listed has two ends.
bool has_doubt(const std::vector<BindsSituation>& situations, std::size_t rows);

/// What is in doubt, why, and which end is judged. `obstacle`: why the kernel could not be asked.
std::string tell_bind_doubt(const ports::HiddenPorts& hidden, const std::string& obstacle,
                            InDoubt in_doubt);

/// Which tuple has the most connections on the ports of TCP.
std::string tell_busiest(const ports::BusiestTuple& busiest);

/// State, sentence, perfdata and tables, and of the details what has no room in the sentence.
/// `situations`: one or both protocols, TCP first.
plugin::Report report_binds(const std::vector<BindsSituation>& situations,
                            const BindsJudgement& judgement);

} // namespace checks
