#include "plugins/timewait_cures.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace checks {
namespace {

Ends exactly(std::size_t figure)
{
    return {static_cast<double>(figure), static_cast<double>(figure)};
}

/// Nothing if the cap is not what matters: less than half of it is used.
std::vector<ToldCure> find_cures(const TimeWaitCounts& counts, const std::optional<Makers>& makers)
{
    if (counts.time_wait <= counts.cap.value_or(0) / 2 || counts.cap.value_or(0) == 0)
        return {};
    const std::size_t cap = *counts.cap;
    const auto room = [&](std::size_t most, std::size_t time_wait) {
        return exactly(most - std::min(most, time_wait));
    };
    const Ends now = room(cap, counts.time_wait);
    std::vector<ToldCure> cures;
    // The kernel takes it as an int.
    if (2 * std::uint64_t{cap} <= std::numeric_limits<std::int32_t>::max())
        cures.push_back({fmt::format("net.ipv4.tcp_max_tw_buckets={}", 2 * cap), "",
                         room(2 * cap, counts.time_wait), now});
    if (makers && !makers->rows.empty()) {
        const ports::TupleUsage& worst = makers->rows.front().usage;
        const std::size_t others = counts.time_wait - std::min(counts.time_wait, worst.time_wait);
        cures.push_back({fmt::format("connections to {} kept open (keep-alive, a connection pool)",
                                     net::format_destination(worst.tuple)),
                         "", room(cap, others), now});
    }
    return cures;
}

} // namespace

void tell_time_wait_cures(const TimeWaitCounts& counts, const std::optional<Makers>& makers,
                          plugin::Report& report)
{
    const bool ok = report.state == plugin::State::ok;
    tell_cures(
        "What would help, best first:", ok ? std::vector<ToldCure>() : find_cures(counts, makers),
        cured_time_wait(), report);
    if (ok)
        return;
    report.details.emplace_back("TIME_WAIT stays with the end that closes first: keep connections "
                                "open, or let the other end close.");
    report.details.emplace_back("A TIME_WAIT has no owner any more: check_ephemeral_ports --who "
                                "watches for one second to see who closes.");
}

} // namespace checks
