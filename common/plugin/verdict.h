// What a check concludes: one of the four states of the guidelines, whose numbers are exit codes,
// and why. A check that measured nothing is UNKNOWN, never OK.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/plugin/range.h"

namespace plugin {

enum class State { ok = 0, warning = 1, critical = 2, unknown = 3 };

std::string_view name(State state);

/// The one that needs a human more: CRITICAL before UNKNOWN before WARNING before OK.
State worse(State one, State other);

/// If one is missing, that alert is never raised.
struct Thresholds {
    std::optional<Range> warning;
    std::optional<Range> critical;
};

struct Verdict {
    State state = State::ok;
    std::string reason; ///< the threshold that was crossed, such as "> 66%"; empty if OK
    std::string phrase; ///< by Report::judge(), for the sentence: "usage 71.9% > 66%"; empty if OK
};

/// `unit` is what stands behind a number in the reason, such as "%" or " s".
Verdict judge(double value, const Thresholds& thresholds, std::string_view unit = "");

/// Whether every value in [from, to] is judged alike, so that it need not be known more exactly.
bool is_verdict_certain(double from, double to, const Thresholds& thresholds);

} // namespace plugin
