#include "plugins/nat_situation.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "plugins/first_line.h"

namespace checks {
namespace {

using conntrack::NatUsage;
using plugin::Metric;
using plugin::Report;
using plugin::Verdict;

const NatUsage& most_refusing(const NatTuples& found, Eviction eviction)
{
    return *std::ranges::max_element(found.rows, {}, [&](const NatUsage& usage) {
        return refused_percentage(usage, eviction).most;
    });
}

struct NatVerdicts {
    Verdict usage;
    Verdict refused;
    Verdict table;
};

/// The figures, in the order that is fixed for ever. Those of the tuples are left out if the
/// entries could not be read.
NatVerdicts add_metrics(const NatSituation& situation, const NatJudgement& judgement,
                        Report& report)
{
    const auto add = [&](Metric metric) { report.metrics.push_back(std::move(metric)); };
    const auto count_up = [&](const char* label, const std::optional<std::uint64_t>& value) {
        if (!value)
            return;
        Metric metric = plugin::count_metric(label, *value);
        metric.unit = "c";
        add(metric);
    };
    NatVerdicts verdicts;
    const plugin::Thresholds none;
    std::optional<conntrack::RefusedShare> refused;
    std::size_t size = situation.range.size();
    if (situation.found) {
        NatUsage worst;
        worst.range = situation.range;
        conntrack::RefusedShare most;
        if (!situation.found->rows.empty()) {
            worst = situation.found->rows.front();
            most = refused_percentage(most_refusing(*situation.found, judgement.eviction),
                                      judgement.eviction);
        }
        size = worst.range.size();
        verdicts.usage =
            report.judge(plugin::percentage_metric("usage", plugin::percentage(worst.used, size)),
                         judgement.usage);
        add(plugin::count_metric("used", worst.used, size));
        add(plugin::count_metric("left", worst.left(), size));
        verdicts.refused =
            report.judge(plugin::percentage_metric("refused", most.least), judgement.refused);
        refused = most;
        add(plugin::count_metric("time_wait", worst.time_wait));
        Metric projected = plugin::percentage_metric("projected", projected_percentage(worst));
        projected.maximum.reset();
        add(projected);
    }
    const kernel::ConntrackCounters& counters = situation.counters;
    add(plugin::count_metric("range_size", size));
    if (situation.found)
        add(plugin::count_metric("tuples", situation.found->tuples));
    add(plugin::count_metric("entries", counters.entries, counters.most_entries));
    verdicts.table = report.judge(
        plugin::percentage_metric("table_usage",
                                  plugin::percentage(counters.entries, counters.most_entries)),
        judgement.table);
    count_up("insert_failed", counters.insert_failed);
    count_up("drop", counters.drop);
    count_up("early_drop", counters.early_drop);
    if (refused && refused->least < refused->most)
        report.judge(plugin::percentage_metric("refused_most", refused->most), none);
    return verdicts;
}

/// What decides comes first.
std::string summarize(const NatSituation& situation, const NatJudgement& judgement,
                      const NatVerdicts& verdicts)
{
    const NatTuples& found = *situation.found;
    if (found.rows.empty())
        return fmt::format("NAT changes the source of none of {} tracked connections",
                           situation.counters.entries);
    const NatUsage& refusing = most_refusing(found, judgement.eviction);
    const conntrack::RefusedShare refused = refused_percentage(refusing, judgement.eviction);
    const bool is_refused = verdicts.refused.state != plugin::State::ok;
    const bool is_used = verdicts.usage.state != plugin::State::ok;
    const NatUsage& subject = is_refused && !is_used ? refusing : found.rows.front();
    const std::string left =
        fmt::format("{} of {} ports left", subject.left(), subject.range.size());
    const net::Tuple room = {subject.tuple.source, subject.tuple.destination.address,
                             subject.tuple.destination.port, 0};
    const bool is_same = &subject == &refusing;
    std::string start = left + " " + tell_tuple(subject);
    if (is_refused && is_same)
        start = fmt::format("{} of new connections refused {}, {}", tell_percentage(refused),
                            tell_tuple(subject), left);
    FirstLine line(start, room);
    for (const Verdict* verdict : {&verdicts.usage, &verdicts.refused, &verdicts.table}) {
        if (verdict->state != plugin::State::ok)
            line.add(fmt::format(" ({})", verdict->phrase));
    }
    if (is_refused && !is_same)
        line.add(fmt::format("; {} refused {}", tell_percentage(refused), tell_tuple(refusing)));
    return line.text();
}

void tell_clients(const NatUsage& worst, std::vector<std::string>& details)
{
    std::vector<std::string> told;
    for (const auto& [client, connections] : worst.worst_clients)
        told.push_back(fmt::format("{} {}", client.text(), connections));
    details.push_back(fmt::format("Most of its connections come from: {}.", fmt::join(told, ", ")));
}

void tell_what_helps(const NatUsage& worst, std::vector<std::string>& details)
{
    details.emplace_back("What would help:");
    details.emplace_back("  more NAT addresses, of which each has as many ports; a client stays on "
                         "one of them");
    if (!worst.is_random)
        details.emplace_back("  `random` in the rule: used ports stand in no clusters, and the "
                             "first connection is refused at 85 %, not at 63 %");
    if (worst.range.size() < conntrack::default_range(conntrack::OriginalPorts::others).size())
        details.emplace_back("  a wider range in the rule (to :1024-65535)");
    if (worst.time_wait > worst.used / 2)
        details.emplace_back("  connections kept open (keep-alive, a pool): most are in TIME_WAIT");
}

void tell_limits(const NatTuples& found, const NatJudgement& judgement,
                 std::vector<std::string>& details)
{
    for (const NatUsage& usage : found.rows) {
        if (usage.picked_elsewhere)
            details.push_back(fmt::format(
                "NAT picked ports of {} {}, which does not fit the range {}: give --ports as the "
                "rule has it.",
                text_of(*usage.picked_elsewhere), tell_tuple(usage), text_of(usage.range)));
    }
    const bool is_doubtful = std::ranges::any_of(found.rows, [&](const NatUsage& usage) {
        const conntrack::RefusedShare refused = refused_percentage(usage, judgement.eviction);
        return refused.least < refused.most;
    });
    if (is_doubtful)
        details.emplace_back("Newer kernels take the ports of closed connections, and then refuse "
                             "the lower share; which do so cannot be read (--time-wait).");
}

/// Whether the number of entries alone proves that nothing is wrong.
bool is_ok_by_count(const NatSituation& situation, const NatJudgement& judgement)
{
    const std::size_t entries = situation.counters.entries;
    const std::size_t size = situation.range.size();
    return plugin::is_verdict_certain(0, plugin::percentage(std::min(entries, size), size),
                                      judgement.usage) &&
           plugin::is_verdict_certain(
               0, 100 * conntrack::most_failed_searches(situation.range, entries),
               judgement.refused);
}

/// What the number of entries says, if they may not be read.
void tell_by_count(const NatSituation& situation, const NatJudgement& judgement,
                   const std::string& table, Report& report)
{
    const std::size_t entries = situation.counters.entries;
    const std::size_t size = situation.range.size();
    if (is_ok_by_count(situation, judgement)) {
        report.sentence = fmt::format("at most {} of {} ports used, by the number of tracked "
                                      "connections{}",
                                      entries, size, table);
        report.details.emplace_back(
            "They could not be read, and need not be. Clients that use ports below 1024 share "
            "ranges of 511 and 424 ports, which this does not prove.");
    } else {
        if (judgement.if_refused == IfRefused::unknown)
            report.judge(plugin::State::unknown);
        report.sentence = fmt::format("{} tracked connections may take most of {} ports, and "
                                      "reading them needs CAP_NET_ADMIN{}",
                                      entries, size, table);
    }
    report.details.push_back(fmt::format("They cannot be read here: {}.", situation.obstacle));
    report.details.emplace_back("Give the capability to this program alone: setcap "
                                "cap_net_admin+p, or start it by sudo.");
}

} // namespace

Report report_nat(const NatSituation& situation, const NatJudgement& judgement)
{
    Report report;
    const NatVerdicts verdicts = add_metrics(situation, judgement, report);
    const std::string table = verdicts.table.state == plugin::State::ok
                                  ? ""
                                  : fmt::format(" ({})", verdicts.table.phrase);
    if (!situation.found) {
        tell_by_count(situation, judgement, table, report);
        return report;
    }
    report.sentence = summarize(situation, judgement, verdicts);
    report.tables = make_nat_tables(
        judgement.rows == 0 ? std::vector<NatUsage>() : situation.found->rows, judgement.eviction);
    if (!situation.found->rows.empty()) {
        const NatUsage& worst = situation.found->rows.front();
        tell_clients(worst, report.details);
        if (report.state != plugin::State::ok)
            tell_what_helps(worst, report.details);
        tell_limits(*situation.found, judgement, report.details);
    }
    return report;
}

std::string tell_reader(const conntrack::Reading& reading)
{
    return reading.reader == conntrack::Reader::ctnetlink
               ? "Entries read by ctnetlink."
               : fmt::format("Entries read from /proc/net/nf_conntrack: {}.", reading.reason);
}

Report report_no_tracking()
{
    Report report;
    report.judge(plugin::State::ok);
    report.sentence = "no connection is tracked here, so netfilter does no NAT";
    report.details.emplace_back(
        "NAT by BPF, such as Cilium's, keeps a table of its own, which this does not see.");
    return report;
}

} // namespace checks
