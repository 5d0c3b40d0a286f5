// What a check says of itself, apart from its options: the start of `--help`, of its manual page
// and of all that it prints.
#pragma once

#include <string>
#include <vector>

namespace plugin {

/// What a metric means, for the manual page and for OpenMetrics' HELP.
struct MetricMeaning {
    std::string label;
    std::string meaning; ///< a phrase without a full stop, the unit left out
};

struct Description {
    std::string name;     ///< the program's: "check_ephemeral_ports"
    std::string service;  ///< how its output begins: "EPHEMERAL PORTS"
    std::string question; ///< the question that it answers, a sentence or two
    std::string examples; ///< worked examples for the end of `--help`, each line at most 80 wide
    std::vector<MetricMeaning> metrics = {}; ///< all that it may report, in their order

    /// What OpenMetrics prints of each row of a table: "tuple_used" of the column `used`.
    std::vector<MetricMeaning> series = {};
};

} // namespace plugin
