#include "plugins/namespaces_situation.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/plugin/table.h"
#include "plugins/first_line.h"
#include "plugins/namespaces_description.h"
#include "plugins/ports_cures.h"
#include "plugins/ports_left.h"

namespace checks {
namespace {

using plugin::Report;
using plugin::State;

std::size_t left(const WalkedNamespace& walked)
{
    return walked.range_size - std::min(walked.range_size, walked.worst.used);
}

std::size_t left_least(const WalkedNamespace& walked)
{
    return walked.range_size - std::min(walked.range_size, walked.worst.used_most);
}

std::string tell_left(const WalkedNamespace& walked)
{
    const std::string start = fmt::format(
        "{} in {}", tell_ports_left(left_least(walked), left(walked), walked.range_size),
        walked.label.name.text());
    if (!walked.has_tuples)
        return start + " to any destination, no outgoing connection";
    return start + fmt::format(" from {} to {}", walked.worst.tuple.source.text(),
                               net::format_destination(walked.worst.tuple));
}

/// The figures of the worst namespace, in the order that is fixed for ever; that which is judged.
plugin::Verdict add_metrics(const NamespacesSituation& situation,
                            const NamespacesJudgement& judgement, Report& report)
{
    const plugin::Thresholds none;
    const PortShare most = situation.share_most();
    const bool careful = judgement.in_doubt == InDoubt::used;
    plugin::Verdict verdict;
    PortShare share = {0, 1};
    if (!situation.walked.empty()) {
        const WalkedNamespace& worst = situation.walked.front();
        share = worst.share();
        const bool is_judged = !careful || !(share < most);
        const plugin::Verdict of_usage =
            report.judge(plugin::percentage_metric("usage", share.percentage()),
                         is_judged ? judgement.usage : none);
        if (is_judged)
            verdict = of_usage;
        const std::size_t size = worst.range_size;
        report.metrics.push_back(
            plugin::count_metric("used", std::min(worst.worst.used, size), size));
        report.metrics.push_back(plugin::count_metric("left", left(worst), size));
        report.metrics.push_back(plugin::count_metric("range_size", size));
    }
    report.metrics.push_back(plugin::count_metric("namespaces", situation.namespaces()));
    report.metrics.push_back(plugin::count_metric("walked", situation.walked.size()));
    report.metrics.push_back(plugin::count_metric("unseen", situation.unseen.size()));
    if (share < most) {
        const plugin::Verdict of_most =
            report.judge(plugin::percentage_metric("usage_most", most.percentage()),
                         careful ? judgement.usage : none);
        if (careful)
            verdict = of_most;
    }
    return verdict;
}

/// What could hide a problem, a line each; each makes the state UNKNOWN.
std::vector<std::string> find_gaps(const NamespacesSituation& situation,
                                   const NamespacesJudgement& judgement)
{
    std::vector<std::string> gaps;
    // Nothing that was seen is never OK.
    const bool is_fine = judgement.if_refused == IfRefused::ok && !situation.walked.empty();
    const auto hiding = static_cast<std::size_t>(
        std::ranges::count_if(situation.unseen, &UnseenNamespace::may_hide_a_problem));
    if (hiding > 0 && !is_fine)
        gaps.push_back(fmt::format("{} of {} network namespaces cannot be looked into", hiding,
                                   situation.namespaces()));
    if (situation.hides_processes && !is_fine)
        gaps.emplace_back("/proc hides other users' processes (hidepid)");
    const double found = situation.walked.empty()
                             ? 0
                             : situation.walked.front().judged(judgement.in_doubt).percentage();
    if (situation.out_of_time &&
        !plugin::is_verdict_certain(found, situation.share_most().percentage(), judgement.usage))
        gaps.emplace_back("no time to look into all namespaces; allow more with --timeout");
    return gaps;
}

/// What decides comes first: the worst if it raised an alert, or else what could hide one.
std::string summarize(const NamespacesSituation& situation, const plugin::Verdict& verdict,
                      const std::vector<std::string>& gaps)
{
    std::vector<std::string> clauses = gaps;
    net::Tuple tuple;
    if (!situation.walked.empty()) {
        const WalkedNamespace& worst = situation.walked.front();
        const bool is_alert = verdict.state != State::ok;
        tuple = worst.worst.tuple;
        clauses.insert(is_alert ? clauses.begin() : clauses.end(),
                       tell_left(worst) +
                           (is_alert ? fmt::format(" ({})", verdict.phrase) : std::string()));
    }
    if (clauses.empty())
        return "every network namespace is left out by --exclude";
    FirstLine line(clauses.front(), tuple);
    for (std::size_t i = 1; i < clauses.size(); ++i)
        line.add("; " + clauses[i]);
    return line.text();
}

plugin::Table make_table(const NamespacesSituation& situation)
{
    plugin::Table table(namespaces_table());
    const std::size_t count = std::min(situation.rows, situation.walked.size());
    for (std::size_t i = 0; i < count; ++i) {
        const WalkedNamespace& walked = situation.walked[i];
        const ports::TupleUsage& worst = walked.worst;
        const auto if_doubtful = [&](auto figure) {
            return worst.is_exact() ? plugin::Cell(std::nullopt) : plugin::Cell(figure);
        };
        const auto if_connected = [&](const std::string& text) {
            return walked.has_tuples ? plugin::Cell(text) : plugin::Cell(std::nullopt);
        };
        table.add_row({std::min(worst.used, walked.range_size), left(walked),
                       if_doubtful(std::min(worst.used_most, walked.range_size)),
                       if_doubtful(left_least(walked)), walked.share().percentage(),
                       if_doubtful(walked.share_most().percentage()), walked.range_size,
                       walked.label.name.text(), fmt::format("{}", walked.label.number),
                       if_connected(worst.tuple.source.text()),
                       if_connected(net::format_destination(worst.tuple))});
    }
    return table;
}

/// What was refused to us, the first few by name.
std::string name_unseen(const NamespacesSituation& situation)
{
    constexpr std::size_t most = 3;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(situation.unseen.size(), most); ++i)
        names.push_back(situation.unseen[i].label.name.text());
    if (situation.unseen.size() > most)
        names.back() += " …";
    if (situation.hides_processes)
        names.emplace_back("those that only hidden processes are in (hidepid)");
    return fmt::format("{}", fmt::join(names, ", "));
}

void add_details(const NamespacesSituation& situation, const std::vector<std::string>& gaps,
                 Report& report)
{
    std::vector<std::string>& details = report.details;
    if (!situation.walked.empty()) {
        const WalkedNamespace& worst = situation.walked.front();
        details.insert(details.end(), worst.details.begin(), worst.details.end());
        report.tables.insert(report.tables.end(), worst.tables.begin(), worst.tables.end());
    } else {
        report.tables.emplace_back(cures_table(cured_ports()));
    }
    for (const std::string& gap : gaps)
        details.push_back(gap + '.');
    if (!situation.unseen.empty() || situation.hides_processes)
        details.push_back(
            fmt::format("Not looked into: {}. That needs CAP_SYS_ADMIN and CAP_SYS_PTRACE. This "
                        "line for sudo gives them: nagios ALL=(root) NOPASSWD: {}",
                        name_unseen(situation), situation.program));
    if (!situation.counted.empty()) {
        const auto most =
            std::max_element(situation.counted.begin(), situation.counted.end(), has_smaller_bound);
        details.push_back(
            fmt::format("{} of {} namespaces were not walked: by their socket counts, none can use "
                        "more than {}% of its ports.",
                        situation.counted.size(), situation.namespaces(),
                        plugin::format_number(most->share_most.percentage())));
    }
}

} // namespace

double PortShare::ratio() const
{
    return used < range_size ? static_cast<double>(used) / static_cast<double>(range_size) : 1;
}

double PortShare::percentage() const
{
    return plugin::percentage(std::min(used, range_size), range_size);
}

PortShare NamespacesSituation::share_most() const
{
    PortShare most = {0, 1};
    for (const WalkedNamespace& each : walked)
        most = std::max(most, each.share_most());
    for (const CountedNamespace& each : counted)
        most = std::max(most, each.share_most);
    return most;
}

void sort(std::vector<WalkedNamespace>& walked, InDoubt in_doubt)
{
    std::ranges::stable_sort(walked, std::ranges::greater(), [in_doubt](const auto& each) {
        return std::pair(each.judged(in_doubt).ratio(), each.worst.connections());
    });
}

bool has_smaller_bound(const CountedNamespace& one, const CountedNamespace& other)
{
    return one.share_most < other.share_most;
}

void tell_counted(const NamespacesSituation& situation, std::vector<std::string>& lines)
{
    for (const CountedNamespace& each : situation.counted)
        lines.push_back(fmt::format("Not walked: {}, at most {}%.", each.label.name.text(),
                                    plugin::format_number(each.share_most.percentage())));
}

Report report_namespaces(const NamespacesSituation& situation, const NamespacesJudgement& judgement)
{
    Report report;
    const std::vector<std::string> gaps = find_gaps(situation, judgement);
    const plugin::Verdict verdict = add_metrics(situation, judgement, report);
    report.judge(gaps.empty() ? State::ok : State::unknown);
    report.sentence = summarize(situation, verdict, gaps);
    report.tables = {make_table(situation)};
    add_details(situation, gaps, report);
    return report;
}

} // namespace checks
