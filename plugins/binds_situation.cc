#include "plugins/binds_situation.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/plugin/table.h"
#include "plugins/binds_description.h"
#include "plugins/binds_owners.h"
#include "plugins/first_line.h"
#include "plugins/ports_left.h"

namespace checks {
namespace {

using plugin::Report;
using plugin::Thresholds;

bool is_tcp(const BindsSituation& situation)
{
    return situation.protocol == ports::Protocol::tcp;
}

std::string summarize(const BindsSituation& situation)
{
    const char* const protocol = name_of(situation.protocol);
    if (situation.left() == 0)
        return fmt::format("no {} port left: {}", protocol,
                           is_tcp(situation) ? "bind() fails with EADDRINUSE"
                                             : "connect() and sendto() fail with EAGAIN");
    return fmt::format(
        "{} for {}",
        tell_ports_left(situation.left_least(), situation.left(), situation.range_size), protocol);
}

double usage_of(const BindsSituation& situation)
{
    return plugin::percentage(situation.wildcard.used, situation.range_size);
}

double usage_most_of(const BindsSituation& situation)
{
    return plugin::percentage(situation.wildcard.used_most, situation.range_size);
}

std::string prefix(const BindsSituation& situation)
{
    return is_tcp(situation) ? "tcp_" : "udp_";
}

/// One protocol by itself, by the end that is judged.
plugin::Verdict judge(const BindsSituation& situation, const BindsJudgement& judgement)
{
    const bool judges_most = judgement.in_doubt == InDoubt::used && !situation.is_exact();
    const std::string label = prefix(situation) + (judges_most ? "usage_most" : "usage");
    const double usage = judges_most ? usage_most_of(situation) : usage_of(situation);
    return Report().judge(plugin::percentage_metric(label, usage, Thresholds()), judgement.usage);
}

plugin::State state_of(const BindsSituation& situation, const BindsJudgement& judgement)
{
    const plugin::State state = judge(situation, judgement).state;
    const bool is_missed = !is_tcp(situation) || !judgement.nobody_binds;
    return state == plugin::State::critical && !is_missed ? plugin::State::warning : state;
}

/// Whether `one` has fewer ports left, by the end that is judged.
bool is_worse(const BindsSituation& one, const BindsSituation& other, InDoubt in_doubt)
{
    return in_doubt == InDoubt::used ? one.left_least() < other.left_least()
                                     : one.left() < other.left();
}

plugin::State state_of(const std::vector<BindsSituation>& situations,
                       const BindsJudgement& judgement)
{
    plugin::State state = plugin::State::ok;
    for (const BindsSituation& situation : situations)
        state = plugin::worse(state, state_of(situation, judgement));
    return state;
}

plugin::Metric left_metric(const std::string& label, std::size_t left,
                           const BindsSituation& situation)
{
    return plugin::count_metric(label, left, situation.range_size);
}

plugin::Verdict add_metrics(const std::vector<BindsSituation>& situations,
                            const BindsSituation& worse, const BindsJudgement& judgement,
                            Report& report)
{
    const Thresholds none;
    const bool judges_usage = judgement.in_doubt == InDoubt::left || worse.is_exact();
    const auto add = [&](plugin::Metric metric) { report.metrics.push_back(std::move(metric)); };

    plugin::Verdict verdict =
        report.judge(plugin::percentage_metric("usage", usage_of(worse), none),
                     judges_usage ? judgement.usage : none);
    add(left_metric("left", worse.left(), worse));
    for (const BindsSituation& situation : situations) {
        add(plugin::percentage_metric(prefix(situation) + "usage", usage_of(situation), none));
        add(left_metric(prefix(situation) + "left", situation.left(), situation));
    }
    add(plugin::count_metric("range_size", worse.range_size));
    if (!worse.is_exact()) {
        const plugin::Verdict most =
            report.judge(plugin::percentage_metric("usage_most", usage_most_of(worse), none),
                         judges_usage ? none : judgement.usage);
        verdict = judges_usage ? verdict : most;
        add(left_metric("left_least", worse.left_least(), worse));
    }
    for (const BindsSituation& situation : situations) {
        if (situation.is_exact())
            continue;
        add(plugin::percentage_metric(prefix(situation) + "usage_most", usage_most_of(situation),
                                      none));
        add(left_metric(prefix(situation) + "left_least", situation.left_least(), situation));
    }
    return verdict;
}

plugin::Table make_table(const std::vector<BindsSituation>& situations, std::size_t most_rows)
{
    plugin::Table table(binds_table());
    for (const BindsSituation& situation : situations) {
        const std::size_t rows = std::min(most_rows, situation.by_address.size());
        for (std::size_t i = 0; i < rows; ++i) {
            const ports::BindUsage& usage = situation.by_address[i];
            const plugin::Cell absent = std::nullopt;
            const bool exact = usage.used == usage.used_most;
            table.add_row({name_of(situation.protocol), usage.used,
                           situation.range_size - usage.used,
                           exact ? absent : plugin::Cell(usage.used_most),
                           exact ? absent : plugin::Cell(situation.range_size - usage.used_most),
                           usage.connected, usage.time_wait, usage.listening, usage.bound,
                           usage.address.text(), owners_cell(situation.owners, i)});
        }
    }
    return table;
}

} // namespace

bool is_more_urgent(const BindsSituation& one, const BindsSituation& other,
                    const BindsJudgement& judgement)
{
    const plugin::State state = state_of(one, judgement);
    const plugin::State other_state = state_of(other, judgement);
    return state == other_state ? is_worse(one, other, judgement.in_doubt)
                                : plugin::worse(state, other_state) == state;
}

plugin::State tcp_state(const std::vector<BindsSituation>& situations,
                        const BindsJudgement& judgement)
{
    return is_tcp(situations.front()) ? state_of(situations.front(), judgement) : plugin::State::ok;
}

bool has_doubt(const std::vector<BindsSituation>& situations, std::size_t rows)
{
    return std::any_of(situations.begin(), situations.end(), [&](const BindsSituation& situation) {
        const auto listed =
            situation.by_address.begin() +
            static_cast<std::ptrdiff_t>(std::min(rows, situation.by_address.size()));
        return !situation.is_exact() ||
               std::any_of(situation.by_address.begin(), listed, [](const ports::BindUsage& usage) {
                   return usage.used != usage.used_most;
               });
    });
}

std::string tell_bind_doubt(const ports::HiddenPorts& hidden, const std::string& obstacle,
                            InDoubt in_doubt)
{
    const char* const judged =
        in_doubt == InDoubt::left
            ? "Judged as if all that is in doubt were left (--in-doubt=left)."
            : "Judged as if all that is in doubt were used (--in-doubt=used).";
    const std::size_t sockets = hidden.found.size() + hidden.at_most;
    if (!obstacle.empty())
        return fmt::format("Up to {} sockets may be bound to ports without being shown, and the "
                           "kernel could not be asked: {}. {}",
                           sockets, obstacle, judged);
    if (sockets > 0)
        return fmt::format("Up to {} sockets are bound to ports without being shown, at local "
                           "addresses that are not known. {}",
                           sockets, judged);
    return fmt::format("Some ports have IPv6 connections that may leave them free for IPv4. {}",
                       judged);
}

std::string tell_busiest(const ports::BusiestTuple& busiest)
{
    return fmt::format("The busiest TCP tuple has {} connections: from {} to {}.",
                       busiest.connections, busiest.tuple.source.text(),
                       net::format_destination(busiest.tuple));
}

Report report_binds(const std::vector<BindsSituation>& situations, const BindsJudgement& judgement)
{
    const auto worse =
        std::min_element(situations.begin(), situations.end(),
                         [&](const BindsSituation& one, const BindsSituation& other) {
                             return is_worse(one, other, judgement.in_doubt);
                         });
    std::vector<BindsSituation> urgent_first = situations;
    std::stable_sort(urgent_first.begin(), urgent_first.end(),
                     [&](const BindsSituation& one, const BindsSituation& other) {
                         return is_more_urgent(one, other, judgement);
                     });
    const BindsSituation& first = urgent_first.front();

    Report report;
    plugin::Verdict verdict = add_metrics(situations, *worse, judgement, report);
    report.state = state_of(situations, judgement);
    if (first.protocol != worse->protocol)
        verdict = judge(first, judgement);
    for (const BindsSituation& situation : urgent_first)
        report.sentence += (report.sentence.empty() ? "" : ", ") + summarize(situation);
    const bool is_capped = judgement.nobody_binds && is_tcp(first);
    if (verdict.state != plugin::State::ok)
        report.sentence +=
            fmt::format(" ({}{})", verdict.phrase, is_capped ? ", but nobody here binds" : "");
    if (const auto owner = main_binds_owner(first)) {
        FirstLine line(report.sentence);
        const std::string clause = fmt::format("{} has {}", owner->owner.text(), owner->sockets);
        if (!line.add("; " + clause))
            report.details.push_back(clause + '.');
        report.sentence = line.text();
    }
    report.tables = {make_table(situations, judgement.rows), binds_owners_rows(situations)};
    return report;
}

} // namespace checks
