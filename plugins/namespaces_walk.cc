#include "plugins/namespaces_walk.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "common/kernel/privileges.h"
#include "common/kernel/sockstat.h"
#include "common/plugin/number.h"
#include "common/ports/wider_range.h"
#include "common/sockets/reader.h"
#include "plugins/held_inquiry.h"
#include "plugins/ports_cures.h"
#include "plugins/ports_report.h"
#include "plugins/reuse_inquiry.h"

namespace checks {
namespace {

using kernel::Entry;
using kernel::NetworkNamespace;

/// One that can be walked, and what its counters say.
struct Candidate {
    NetworkNamespace target;
    CountedNamespace counted;
};

/// The most that a tuple of the namespace we are in uses.
PortShare bound_share()
{
    const kernel::PortSettings settings = kernel::read_port_settings(kernel::SettingsNeeded::ports);
    const std::size_t size = settings.found_by_tcp().size();
    return {std::min(kernel::most_ports_taken().value_or(size), size), size};
}

NamespaceLabel label_of(const NetworkNamespace& target, const owners::PodContainers& pods)
{
    // What is known of its processes may be hidden from others (hidepid).
    const kernel::RaisedPrivileges privileges(kernel::Purpose::other_namespaces);
    return {owners::name_namespace(owners::trace_namespace(target), pods), target.number};
}

UnseenNamespace count_from_outside(const NetworkNamespace& target, NamespaceLabel label)
{
    return {std::move(label), target.processes.empty()
                                  ? std::nullopt
                                  : kernel::most_ports_taken(target.processes.front())};
}

/// The namespaces of `choice` that can be walked, the largest bound first; the others are added to
/// `situation`.
std::vector<Candidate> screen(const NamespaceChoice& choice, NamespacesSituation& situation)
{
    const kernel::NetworkNamespaces found = kernel::find_network_namespaces();
    situation.hides_processes = found.hides_processes;
    const owners::PodContainers pods = owners::list_pod_containers();
    std::vector<Candidate> candidates;
    for (const NetworkNamespace& target : found.all) {
        NamespaceLabel label = label_of(target, pods);
        if (!choice.includes(label))
            continue;
        const Entry entry = kernel::enter(target);
        if (entry == Entry::entered)
            candidates.push_back({target, {std::move(label), bound_share()}});
        else if (entry == Entry::refused)
            situation.unseen.push_back(count_from_outside(target, std::move(label)));
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& one, const Candidate& other) {
                         return has_smaller_bound(other.counted, one.counted);
                     });
    return candidates;
}

/// Of the namespace we are in: what check_ephemeral_ports would find.
WalkedNamespace walk(const NetworkNamespace& target, NamespaceLabel label,
                     const NamespacesJudgement& judgement)
{
    const kernel::PortSettings settings =
        kernel::read_port_settings(kernel::SettingsNeeded::ports_and_time_wait);
    const net::PortRange wide =
        ports::widen(settings.range, kernel::read_unprivileged_port_start());
    const sockets::Snapshot snapshot = sockets::take_snapshot(settings, {.ports = wide});

    kernel::Oracle oracle;
    const HeldInquiry inquiry = inquire_held(snapshot, HeldPolicy::ask, oracle);
    ports::Census census(snapshot, inquiry.held, ports::TimeWaitPolicy::kernel_rule, {});
    prove_reuse(snapshot, 1, oracle, census);

    const PortsSituation situation = assess_ports(snapshot, census, 1, judgement.in_doubt);
    WalkedNamespace walked = {std::move(label), situation.range_size, situation.worst,
                              situation.total.tuples > 0};

    // What would help, if it is not OK, as check_ephemeral_ports would tell it inside.
    const PortsJudgement as_ports = {judgement.usage, {}, judgement.in_doubt};
    plugin::Report report;
    report.judge(
        plugin::judge(walked.judged(judgement.in_doubt).percentage(), judgement.usage).state);
    tell_ports_cures(snapshot, census, situation, as_ports, report);
    walked.details = std::move(report.details);
    walked.tables = std::move(report.tables);
    if (!walked.details.empty())
        walked.details.push_back(fmt::format(
            "Each namespace has its own settings: nsenter --net={} sysctl …", target.path));
    const auto doubts = tell_doubts(situation, tell_doubt(inquiry), judgement.in_doubt);
    walked.details.insert(walked.details.end(), doubts.begin(), doubts.end());
    return walked;
}

/// Whether the answer can depend on `candidate`, after those with larger bounds.
bool is_worth_a_walk(const Candidate& candidate, const std::vector<WalkedNamespace>& walked,
                     const NamespacesJudgement& judgement)
{
    constexpr std::size_t few = 8;
    if (walked.empty())
        return true;
    PortShare found = {0, 1};
    for (const WalkedNamespace& each : walked)
        found = std::max(found, each.judged(judgement.in_doubt));
    const PortShare& most = candidate.counted.share_most;
    return (found < most && walked.size() < few) ||
           !plugin::is_verdict_certain(found.percentage(), most.percentage(), judgement.usage);
}

} // namespace

bool NamespaceChoice::includes(const NamespaceLabel& label) const
{
    const auto is_named = [&](const std::string& pattern) { return label.matches(pattern); };
    return (only.empty() || std::ranges::any_of(only, is_named)) &&
           std::ranges::none_of(exclusions, is_named);
}

NamespacesSituation look_into_namespaces(const NamespaceChoice& choice,
                                         const NamespacesJudgement& judgement,
                                         std::chrono::steady_clock::time_point last_start)
{
    NamespacesSituation situation;
    std::error_code no_error;
    situation.program = std::filesystem::read_symlink("/proc/self/exe", no_error).string();
    for (Candidate& candidate : screen(choice, situation)) {
        bool walks = is_worth_a_walk(candidate, situation.walked, judgement);
        if (walks && std::chrono::steady_clock::now() > last_start) {
            situation.out_of_time = true;
            walks = false;
        }
        if (!walks) {
            situation.counted.push_back(std::move(candidate.counted));
            continue;
        }
        const Entry entry = kernel::enter(candidate.target);
        if (entry == Entry::entered)
            situation.walked.push_back(
                walk(candidate.target, std::move(candidate.counted.label), judgement));
    }
    sort(situation.walked, judgement.in_doubt);
    if (situation.namespaces() == 0 && !choice.only.empty())
        throw std::runtime_error(fmt::format(
            "no network namespace has a name or number given with --namespace; {}",
            situation.hides_processes ? "/proc hides other users' processes (hidepid): ask as root"
                                      : "lsns --type net lists the numbers"));
    return situation;
}

} // namespace checks
