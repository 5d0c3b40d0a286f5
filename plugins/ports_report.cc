#include "plugins/ports_report.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/plugin/table.h"
#include "plugins/first_line.h"
#include "plugins/ports_description.h"
#include "plugins/ports_left.h"
#include "plugins/tuple_columns.h"

namespace checks {
namespace {

using plugin::Metric;
using plugin::Report;
using plugin::Verdict;
using ports::TupleUsage;

struct Verdicts {
    Verdict usage;
    Verdict projected;
};

std::string tell_left(const PortsSituation& situation, const TupleUsage& usage)
{
    const std::string sentence =
        tell_ports_left(situation.left_least(usage), situation.left(usage), situation.range_size);
    if (situation.total.tuples > 0)
        return sentence + fmt::format(" from {} to {}", usage.tuple.source.text(),
                                      net::format_destination(usage.tuple));
    return sentence + (situation.watches_all ? " to any destination, no outgoing connection"
                                             : " to a new destination, no matching connection");
}

/// Its place among the rows; behind them if it is not listed.
std::size_t row_of(const PortsSituation& situation, const TupleUsage& usage)
{
    const auto row = std::ranges::find(situation.rows, usage.number, &TupleUsage::number);
    return static_cast<std::size_t>(row - situation.rows.begin());
}

/// Names the tuple that is in danger, or else the worst. What does not fit is added to `details`.
std::string summarize(const PortsSituation& situation, const Verdicts& verdicts,
                      std::vector<std::string>& details)
{
    const bool is_used = verdicts.usage.state != plugin::State::ok;
    const bool is_projected = verdicts.projected.state != plugin::State::ok;
    const TupleUsage& subject =
        is_projected && !is_used ? situation.worst_projected : situation.worst;
    const auto to_other = [&](const net::Tuple& tuple) {
        return tuple == subject.tuple ? "" : " to " + net::format_destination(tuple);
    };

    FirstLine line(tell_left(situation, subject), subject.tuple);
    const auto add = [&](const std::string& clause) {
        if (!line.add("; " + clause))
            details.push_back(clause + '.');
    };
    if (is_used)
        line.add(fmt::format(" ({})", verdicts.usage.phrase));
    if (is_projected)
        add(verdicts.projected.phrase + to_other(situation.worst_projected.tuple));
    if (situation.forecast)
        add(tell(*situation.forecast, to_other(situation.forecast->tuple)));
    if (const auto owner = main_owner(situation.owners, row_of(situation, subject), subject.used))
        line.add(fmt::format("; {} has {}", owner->owner.text(), owner->sockets));
    if (situation.held.is_exact() && situation.held.known.size() > 0)
        line.add(fmt::format("; {} held", situation.held.known.size()));
    return line.text();
}

/// A rate can lead past what there is.
Metric projected_metric(const char* label, std::size_t projected, std::size_t range_size)
{
    Metric metric =
        plugin::percentage_metric(label, projected_percentage(projected, range_size), {});
    metric.maximum.reset();
    return metric;
}

/// The figures that say the most left, in the order that is fixed for ever.
Verdicts add_metrics(const PortsSituation& situation, const PortsJudgement& judgement,
                     Report& report)
{
    const std::size_t size = situation.range_size;
    const plugin::Thresholds none;
    const bool careful = judgement.in_doubt == InDoubt::used;
    const bool judges_usage = !careful || situation.worst.is_exact();
    const bool judges_projected =
        !careful || situation.worst_projected.projected == situation.worst_projected.projected_most;
    const auto add = [&](Metric metric) { report.metrics.push_back(std::move(metric)); };

    Verdicts verdicts;
    const auto judge_usage = [&](const char* label, std::size_t used, bool judged) {
        const Verdict verdict = report.judge(
            plugin::percentage_metric(label, plugin::percentage(std::min(used, size), size), none),
            judged ? judgement.usage : none);
        if (judged)
            verdicts.usage = verdict;
    };
    const auto judge_projected = [&](const char* label, std::size_t projected, bool judged) {
        const Verdict verdict = report.judge(projected_metric(label, projected, size),
                                             judged ? judgement.projected : none);
        if (judged)
            verdicts.projected = verdict;
    };

    judge_usage("usage", situation.worst.used, judges_usage);
    add(plugin::count_metric("used", std::min(situation.worst.used, size), size));
    add(plugin::count_metric("left", situation.left(situation.worst), size));
    if (situation.held.is_exact())
        add(plugin::count_metric("held", situation.held.known.size(), size));
    judge_projected("projected", situation.worst_projected.projected, judges_projected);
    add(plugin::count_metric("range_size", size));
    add(plugin::count_metric("time_wait", situation.total.time_wait));
    add(plugin::count_metric("tuples", situation.total.tuples));
    add(plugin::count_metric("sockets", situation.total.connections));

    if (!situation.worst.is_exact()) {
        judge_usage("usage_most", situation.worst.used_most, !judges_usage);
        add(plugin::count_metric("used_most", std::min(situation.worst.used_most, size), size));
        add(plugin::count_metric("left_least", situation.left_least(situation.worst), size));
    }
    if (situation.worst_projected.projected != situation.worst_projected.projected_most)
        judge_projected("projected_most", situation.worst_projected.projected_most,
                        !judges_projected);
    return verdicts;
}

plugin::Table make_table(const PortsSituation& situation)
{
    plugin::Table table(ports_table());
    const std::size_t size = situation.range_size;
    for (std::size_t i = 0; i < situation.rows.size(); ++i) {
        const TupleUsage& usage = situation.rows[i];
        const plugin::Cell absent = std::nullopt;
        const bool exact = usage.is_exact();
        const bool certain = usage.projected == usage.projected_most;
        const std::size_t used = std::min(usage.used, size);
        const std::size_t used_most = std::min(usage.used_most, size);
        std::vector<plugin::Cell> row = with_tuple_cells(
            {used, situation.left(usage), exact ? absent : plugin::Cell(used_most),
             exact ? absent : plugin::Cell(situation.left_least(usage)),
             plugin::percentage(used, size),
             exact ? absent : plugin::Cell(plugin::percentage(used_most, size)),
             projected_percentage(usage.projected, size),
             certain ? absent : plugin::Cell(projected_percentage(usage.projected_most, size)),
             usage.established, usage.time_wait, usage.reusable, usage.other, usage.held_by_others},
            usage.tuple);
        row.push_back(owners_cell(situation.owners, i));
        table.add_row(std::move(row));
    }
    return table;
}

plugin::Table make_owners_table(const PortsSituation& situation)
{
    plugin::Table table(owners_table(with_tuple_columns({})));
    for (std::size_t i = 0; i < situation.owners.rows.size(); ++i) {
        for (const OwnerShare& share : situation.owners.rows[i])
            add_owner(share, with_tuple_cells({}, situation.rows[i].tuple), table);
    }
    return table;
}

/// The closed connections of the rows.
std::size_t count_closed(const PortsSituation& situation)
{
    std::size_t closed = 0;
    for (const TupleUsage& usage : situation.rows)
        closed += usage.time_wait;
    return closed;
}

} // namespace

Report report_ports(const PortsSituation& situation, const PortsJudgement& judgement)
{
    Report report;
    const Verdicts verdicts = add_metrics(situation, judgement, report);
    report.sentence = summarize(situation, verdicts, report.details);
    report.tables = {make_table(situation), make_owners_table(situation)};
    const auto limits = tell_limits(situation.owners, count_closed(situation));
    report.details.insert(report.details.end(), limits.begin(), limits.end());
    return report;
}

std::vector<std::string> tell_doubts(const PortsSituation& situation, const std::string& held_doubt,
                                     InDoubt in_doubt)
{
    if (!situation.has_doubt())
        return {};
    std::vector<std::string> lines;
    if (!held_doubt.empty())
        lines.push_back(held_doubt);
    else
        lines.emplace_back("The kernel could not be asked whether connect() takes over all the "
                           "closed connections that are counted as reusable.");
    lines.push_back(in_doubt == InDoubt::left
                        ? "Judged as if all that is in doubt were left (--in-doubt=left)."
                        : "Judged as if all that is in doubt were used (--in-doubt=used).");
    return lines;
}

} // namespace checks
