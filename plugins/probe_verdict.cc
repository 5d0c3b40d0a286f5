#include "plugins/probe_verdict.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "common/plugin/number.h"

namespace checks {

void conclude_bind(ProbeFinding& finding, const ports::BindUsage& usage, std::size_t range_size)
{
    finding.asked = 0;
    finding.refused = 0;
    finding.seconds.reset();
    const std::size_t most = range_size - usage.used;
    const std::size_t least = range_size - usage.used_most;
    if (least > 0 || most == 0)
        finding.left = least;
    finding.exact = least == most;
    if (!finding.left)
        finding.obstacle = fmt::format(
            "{} ports seem left, but this kernel hides sockets that may use them all", most);
}

void sort_worst_first(std::vector<ProbeFinding>& findings)
{
    const auto badness = [](const ProbeFinding& finding) {
        return std::tuple(finding.fails() && !finding.nobody_binds, finding.fails(),
                          finding.refused, !finding.obstacle.empty(), finding.seconds.value_or(0));
    };
    std::stable_sort(findings.begin(), findings.end(), [&](const auto& one, const auto& other) {
        return badness(one) > badness(other);
    });
}

std::vector<plugin::Metric> probe_metrics(const std::vector<ProbeFinding>& findings,
                                          const plugin::Thresholds& thresholds)
{
    std::vector<plugin::Metric> metrics;
    using Call = kernel::PortRequest::Call;
    for (const Call call : {Call::tcp_connect, Call::udp_connect, Call::tcp_bind}) {
        std::optional<double> longest;
        for (const ProbeFinding& finding : findings) {
            if (finding.call == call && finding.seconds)
                longest = std::max(longest.value_or(0), *finding.seconds);
        }
        if (longest)
            metrics.push_back(plugin::seconds_metric(kind_of(call).label, *longest, thresholds));
    }
    return metrics;
}

ProbeVerdict judge_probe(const std::vector<ProbeFinding>& findings,
                         const plugin::Thresholds& thresholds)
{
    ProbeVerdict verdict;
    double longest = 0;
    for (const plugin::Metric& metric : probe_metrics(findings, thresholds)) {
        const plugin::Verdict time = plugin::judge(*metric.value, thresholds, " s");
        const bool is_longer = time.state == verdict.state && *metric.value > longest;
        if (time.state != plugin::State::ok &&
            (is_longer || plugin::worse(time.state, verdict.state) != verdict.state)) {
            longest = *metric.value;
            verdict = {time.state,
                       fmt::format("{} {} s {}", metric.label,
                                   plugin::format_number(*metric.value, metric.decimals),
                                   time.reason)};
        }
    }
    for (const ProbeFinding& finding : findings) {
        if (finding.fails())
            verdict.state =
                plugin::worse(verdict.state, finding.nobody_binds ? plugin::State::warning
                                                                  : plugin::State::critical);
        else if (!finding.obstacle.empty())
            verdict.state = plugin::worse(verdict.state, plugin::State::unknown);
    }
    return verdict;
}

} // namespace checks
