#include "plugins/nat_situation.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "plugins/first_line.h"
#include "plugins/nat_advice.h"

namespace checks {
namespace {

using conntrack::NatUsage;
using plugin::Metric;
using plugin::Report;
using plugin::Verdict;

/// What is judged is the share that is refused for certain.
const NatUsage& most_refusing(const NatTuples& found, Eviction eviction)
{
    return *std::ranges::max_element(found.rows, {}, [&](const NatUsage& usage) {
        const conntrack::RefusedShare refused = refused_percentage(usage, eviction);
        return std::pair(refused.least, refused.most);
    });
}

/// In percent, of the tuple for which it is worst; with two ends these may be of two.
conntrack::RefusedShare refused_at_worst(const NatTuples& found, Eviction eviction)
{
    conntrack::RefusedShare worst;
    for (const NatUsage& usage : found.rows) {
        const conntrack::RefusedShare refused = refused_percentage(usage, eviction);
        worst.least = std::max(worst.least, refused.least);
        worst.most = std::max(worst.most, refused.most);
    }
    return worst;
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
    std::optional<conntrack::RefusedShare> refused;
    std::size_t size = situation.range().size();
    if (situation.found) {
        NatUsage worst;
        worst.range = situation.range();
        if (!situation.found->rows.empty())
            worst = situation.found->rows.front();
        refused = refused_at_worst(*situation.found, judgement.eviction);
        size = worst.range.size();
        verdicts.usage =
            report.judge(plugin::percentage_metric("usage", plugin::percentage(worst.used, size)),
                         judgement.usage);
        add(plugin::count_metric("used", worst.used, size));
        add(plugin::count_metric("left", worst.left(), size));
        verdicts.refused =
            report.judge(plugin::percentage_metric("refused", refused->least), judgement.refused);
        add(plugin::count_metric("time_wait", worst.time_wait));
        Metric projected = plugin::percentage_metric("projected", projected_percentage(worst));
        projected.maximum.reset();
        add(projected);
    }
    const kernel::ConntrackCounters& counters = situation.counters;
    add(plugin::count_metric("range_size", size));
    if (situation.found)
        add(plugin::count_metric("tuples", situation.found->tuples));
    // 0: there is no limit (nf_conntrack_max).
    const auto limit =
        counters.most_entries > 0 ? std::optional(counters.most_entries) : std::nullopt;
    add(plugin::count_metric("entries", counters.entries, limit));
    if (limit)
        verdicts.table = report.judge(
            plugin::percentage_metric("table_usage", plugin::percentage(counters.entries, *limit)),
            judgement.table);
    count_up("insert_failed", counters.insert_failed);
    count_up("drop", counters.drop);
    count_up("early_drop", counters.early_drop);
    if (refused && refused->least < refused->most)
        add(plugin::percentage_metric("refused_most", refused->most));
    return verdicts;
}

bool alerts(const Verdict& verdict)
{
    return verdict.state != plugin::State::ok;
}

/// " (table_usage 95.4% > 90%)"; nothing if that is OK.
std::string in_brackets(const Verdict& verdict)
{
    return alerts(verdict) ? fmt::format(" ({})", verdict.phrase) : "";
}

bool is_worse(plugin::State one, plugin::State other)
{
    return one != other && plugin::worse(one, other) == one;
}

/// What the sentence is about; there is a row.
const NatUsage& find_subject(const NatTuples& found, const NatJudgement& judgement,
                             const NatVerdicts& verdicts)
{
    return is_worse(verdicts.refused.state, verdicts.usage.state)
               ? most_refusing(found, judgement.eviction)
               : found.rows.front();
}

/// If there is no row.
std::string tell_nothing(const NatSituation& situation)
{
    const std::size_t all = situation.found->all;
    return all == 0 ? fmt::format("NAT changes the source of none of {} tracked connections",
                                  situation.counters.entries)
                    : fmt::format("the options select none of {} NAT tuples", all);
}

/// What decides comes first.
std::string summarize(const NatSituation& situation, const NatJudgement& judgement,
                      const NatVerdicts& verdicts)
{
    const NatTuples& found = *situation.found;
    if (found.rows.empty())
        return tell_nothing(situation) + in_brackets(verdicts.table);
    const NatUsage& refusing = most_refusing(found, judgement.eviction);
    const conntrack::RefusedShare refused = refused_percentage(refusing, judgement.eviction);
    const bool is_refused = alerts(verdicts.refused);
    const NatUsage& subject = find_subject(found, judgement, verdicts);
    const std::string left =
        fmt::format("{} of {} ports left", subject.left(), subject.range.size());
    const net::Tuple room = {subject.tuple.source, subject.tuple.destination.address,
                             subject.tuple.destination.port, 0};
    const bool is_same = &subject == &refusing;
    const bool is_table_worst =
        is_worse(verdicts.table.state, plugin::worse(verdicts.usage.state, verdicts.refused.state));
    std::string start = left + " " + tell_tuple(subject);
    if (is_table_worst)
        start = fmt::format("{} of at most {} tracked connections{}", situation.counters.entries,
                            situation.counters.most_entries, in_brackets(verdicts.table));
    else if (is_refused && is_same)
        start = fmt::format("{} of new connections refused {}, {}", tell_percentage(refused),
                            tell_tuple(subject), left);
    FirstLine line(start, room);
    for (const Verdict* verdict : {&verdicts.usage, &verdicts.refused})
        line.add(in_brackets(*verdict));
    if (!is_table_worst)
        line.add(in_brackets(verdicts.table));
    if (is_refused && !is_same)
        line.add(fmt::format("; {} refused {}", tell_percentage(refused), tell_tuple(refusing)));
    return line.text();
}

/// Whether the number of entries alone proves that nothing is wrong with a tuple of `range`.
bool is_ok_by_count(std::size_t entries, net::PortRange range, const NatJudgement& judgement)
{
    const auto is_ok = [](double most, const plugin::Thresholds& thresholds) {
        return plugin::judge(0, thresholds).state == plugin::State::ok &&
               plugin::is_verdict_certain(0, most, thresholds);
    };
    const std::size_t size = range.size();
    return is_ok(plugin::percentage(std::min(entries, size), size), judgement.usage) &&
           is_ok(100 * conntrack::most_failed_searches(range, entries), judgement.refused);
}

/// What the number of entries says, if they may not be read.
void tell_by_count(const NatSituation& situation, const NatJudgement& judgement,
                   const NatVerdicts& verdicts, Report& report)
{
    using conntrack::OriginalPorts;
    const std::size_t entries = situation.counters.entries;
    const net::PortRange range = situation.range();
    const std::string table = in_brackets(verdicts.table);
    if (is_ok_by_count(entries, range, judgement)) {
        report.sentence = fmt::format(
            "at most {} of {} ports used, judging by the number of tracked connections{}", entries,
            range.size(), table);
        if (!situation.rule &&
            !is_ok_by_count(entries, default_range(OriginalPorts::below_1024), judgement))
            report.details.emplace_back("This does not prove it for clients that use ports below "
                                        "1024, which share 511 or 424 ports.");
    } else {
        if (judgement.if_refused == IfRefused::unknown)
            report.judge(plugin::State::unknown);
        report.sentence = fmt::format("{} tracked connections are too many to prove OK by their "
                                      "number, and they cannot be read{}",
                                      entries, table);
    }
    report.details.push_back(
        fmt::format("The entries cannot be read here: {}.", situation.obstacle));
    report.details.push_back(tell_remedy(situation.privilege));
    if (alerts(verdicts.table))
        tell_what_helps({}, true, report.details);
}

} // namespace

Report report_nat(const NatSituation& situation, const NatJudgement& judgement)
{
    Report report;
    const NatVerdicts verdicts = add_metrics(situation, judgement, report);
    if (!situation.found) {
        tell_by_count(situation, judgement, verdicts, report);
        return report;
    }
    const NatTuples& found = *situation.found;
    report.sentence = summarize(situation, judgement, verdicts);
    report.tables = make_nat_tables(judgement.rows == 0 ? std::vector<NatUsage>() : found.rows,
                                    judgement.eviction);
    std::optional<NatUsage> endangered;
    if (!found.rows.empty()) {
        const NatUsage& subject = find_subject(found, judgement, verdicts);
        report.details.push_back(tell_clients(subject));
        if (alerts(verdicts.usage) || alerts(verdicts.refused))
            endangered = subject;
    }
    if (endangered || alerts(verdicts.table))
        tell_what_helps(endangered, alerts(verdicts.table), report.details);
    tell_limits(found.rows, judgement.eviction, report.details);
    return report;
}

Report report_no_tracking()
{
    Report report;
    report.judge(plugin::State::ok);
    report.sentence = "no connection is tracked here, so netfilter does no NAT";
    report.details.emplace_back(
        "NAT by BPF, such as Cilium's, keeps a table of its own, which this check does not see.");
    return report;
}

} // namespace checks
