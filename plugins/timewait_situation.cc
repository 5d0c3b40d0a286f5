#include "plugins/timewait_situation.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/plugin/bars.h"
#include "common/plugin/number.h"
#include "common/plugin/table.h"
#include "plugins/first_line.h"
#include "plugins/timewait_description.h"
#include "plugins/tuple_columns.h"

namespace checks {
namespace {

using plugin::Metric;
using plugin::Report;

/// Above ten a second decimals say nothing.
double round_rate(double rate)
{
    constexpr double many = 10;
    constexpr double tenths = 10;
    return rate < many ? std::round(rate * tenths) / tenths : std::round(rate);
}

/// What does not fit is added to `details`.
std::string summarize(const TimeWaitCounts& counts, const std::optional<Makers>& makers,
                      const plugin::Verdict& verdict, std::vector<std::string>& details)
{
    std::string beginning = fmt::format("{} in TIME_WAIT", counts.time_wait);
    if (counts.cap == 0U)
        beginning += ", tcp_max_tw_buckets is 0";
    else if (counts.cap)
        beginning +=
            fmt::format(", {}% of tcp_max_tw_buckets",
                        plugin::format_number(plugin::percentage(counts.time_wait, *counts.cap)));
    net::Tuple most;
    if (makers && !makers->rows.empty()) {
        most = makers->rows.front().usage.tuple;
        beginning +=
            fmt::format(", most from {} to {}", most.source.text(), net::format_destination(most));
    }
    FirstLine line(beginning, most);
    const auto add = [&](const std::string& clause) {
        if (!line.add("; " + clause))
            details.push_back(clause + '.');
    };
    if (verdict.state != plugin::State::ok)
        line.add(fmt::format(" ({})", verdict.phrase));
    if (makers)
        add(fmt::format("{} on ephemeral ports, {} closes/s", makers->total.time_wait,
                        plugin::format_number(round_rate(makers->total.close_rate))));
    if (counts.overflows.value_or(0) > 0)
        add(fmt::format("{} closed without TIME_WAIT since start, for lack of room",
                        *counts.overflows));
    return line.text();
}

/// What was not measured is left out: some schedulers reject a whole line for one `U`.
plugin::Verdict add_metrics(const TimeWaitCounts& counts, const std::optional<Makers>& makers,
                            const kernel::PortSettings& settings,
                            const plugin::Thresholds& thresholds, Report& report)
{
    const auto add = [&](Metric metric) { report.metrics.push_back(std::move(metric)); };
    const std::optional<std::size_t> most =
        counts.cap ? std::optional<std::size_t>(*counts.cap) : std::nullopt;
    plugin::Verdict verdict =
        report.judge(plugin::count_metric("time_wait", counts.time_wait, most), thresholds);
    if (makers) {
        const ports::Total& total = makers->total;
        add(plugin::count_metric("time_wait_ephemeral", total.time_wait));
        add(plugin::count_metric("reusable", total.reusable));
        Metric rate;
        rate.label = "close_rate";
        rate.value = total.close_rate;
        add(rate);
        add(plugin::count_metric("worst_time_wait",
                                 makers->rows.empty() ? 0 : makers->rows.front().usage.time_wait));
    }
    if (counts.overflows) {
        Metric overflows = plugin::count_metric("overflows", *counts.overflows);
        overflows.unit = "c";
        add(overflows);
    }
    add(plugin::count_metric("range_size", settings.usable().size()));
    if (makers && makers->total.reusable != makers->total.reusable_least)
        add(plugin::count_metric("reusable_least", makers->total.reusable_least));
    return verdict;
}

plugin::Table make_table(const Makers& makers)
{
    plugin::Table table(timewait_table());
    const plugin::Charset charset = plugin::environment_charset();
    for (std::size_t i = 0; i < std::min(makers.listed, makers.rows.size()); ++i) {
        const Makers::Row& row = makers.rows[i];
        auto ages = row.history.ages();
        std::reverse(ages.begin(), ages.end());
        table.add_row(
            with_tuple_cells({row.usage.time_wait, row.usage.reusable_time_wait,
                              round_rate(row.history.rate()), round_rate(row.history.minute_rate()),
                              plugin::Cell(ages, plugin::draw_bars(ages, charset))},
                             row.usage.tuple));
    }
    return table;
}

std::string explain_cap(const TimeWaitCounts& counts)
{
    return fmt::format(
        "{} tcp_max_tw_buckets ({}) the kernel ends connections without TIME_WAIT and counts them "
        "(TCPTimeWaitOverflow): their ports are free at once, but a late segment may reach the "
        "next connection.",
        counts.time_wait >= *counts.cap ? "The cap is reached: at" : "At", *counts.cap);
}

void explain_makers(const TimeWaitCounts& counts, const Makers& makers,
                    const kernel::PortSettings& settings, std::vector<std::string>& details)
{
    // The counter and the walk are of different moments; a few are no finding.
    constexpr std::size_t noteworthy = 20;
    const std::size_t seen = makers.total.time_wait + makers.fin_wait2;
    const std::size_t elsewhere = counts.time_wait - std::min(counts.time_wait, seen);
    if (makers.fin_wait2 > counts.time_wait / noteworthy)
        details.push_back(
            fmt::format("{} of those in TIME_WAIT are still in FIN_WAIT2, which the kernel counts "
                        "among them: the other end has not closed. They last for "
                        "tcp_fin_timeout, {} s.",
                        makers.fin_wait2, settings.fin_wait2_length.count()));
    if (elsewhere > counts.time_wait / noteworthy)
        details.push_back(fmt::format("{} of those in TIME_WAIT take no ephemeral port: this "
                                      "host's services closed them first, or their ports are "
                                      "outside the range.",
                                      elsewhere));
}

} // namespace

Makers find_makers(const sockets::Snapshot& snapshot, std::size_t most_rows)
{
    ports::Census census(snapshot, {}, ports::TimeWaitPolicy::kernel_rule, {});
    Makers makers;
    makers.listed = most_rows;
    makers.total = census.total();
    snapshot.connections.for_each([&](const sockets::Connection& connection) {
        if (connection.state() == sockets::SocketState::fin_wait2 && connection.expires_in())
            ++makers.fin_wait2;
    });

    // If no row is listed, there is still a worst tuple.
    std::vector<ports::TupleUsage> most =
        census.first(std::max<std::size_t>(most_rows, 1), ports::has_more_time_wait);
    std::erase_if(most, [](const ports::TupleUsage& usage) { return usage.time_wait == 0; });
    std::vector<sockets::TupleNumber> numbers;
    numbers.reserve(most.size());
    for (const ports::TupleUsage& usage : most)
        numbers.push_back(usage.number);
    const ports::ConnectionsByTuple connections = ports::pick_tuples(snapshot, std::move(numbers));
    census.recount(connections);
    for (const ports::TupleUsage& usage : most)
        makers.rows.push_back(
            {census.usage(usage.number), census.history(usage, connections.at(usage.number))});
    return makers;
}

Report report_time_wait(const TimeWaitCounts& counts, const std::optional<Makers>& makers,
                        const kernel::PortSettings& settings, const plugin::Thresholds& thresholds)
{
    Report report;
    const plugin::Verdict verdict = add_metrics(counts, makers, settings, thresholds, report);
    report.sentence = summarize(counts, makers, verdict, report.details);
    if (makers)
        report.tables = {make_table(*makers)};
    if (counts.cap && (verdict.state != plugin::State::ok || counts.time_wait >= *counts.cap))
        report.details.push_back(explain_cap(counts));
    report.details.push_back(ports::explain_reuse(settings));
    if (makers)
        explain_makers(counts, *makers, settings, report.details);
    return report;
}

} // namespace checks
