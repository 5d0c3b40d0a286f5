#include "plugins/probe_words.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/plugin/perfdata.h"
#include "plugins/first_line.h"
#include "plugins/if_nobody_binds_option.h"
#include "plugins/probe_description.h"
#include "plugins/probe_verdict.h"

namespace checks {
namespace {

using Call = kernel::PortRequest::Call;

/// To a tenth: what is below is noise.
double microseconds(double seconds)
{
    constexpr double tenths_a_second = 1e7;
    constexpr double tenths = 10;
    return std::round(seconds * tenths_a_second) / tenths;
}

std::string name_call(const ProbeFinding& finding)
{
    const std::string from = finding.source.empty() ? "" : "from " + finding.source + " ";
    return fmt::format("{} {}to {}", kind_of(finding.call).name, from,
                       finding.where.empty() ? "the wildcard address" : finding.where);
}

/// The call and its outcome: the first line always has both.
std::string tell_outcome(const ProbeFinding& finding)
{
    const std::string call = name_call(finding);
    if (finding.fails()) {
        const bool at_times = finding.refused > 0 && finding.refused < finding.asked;
        return fmt::format("{} gets no port{}: {}", call,
                           at_times ? fmt::format(" {} times in {}", finding.refused, finding.asked)
                                    : "",
                           kind_of(finding.call).error);
    }
    return call + (finding.obstacle.empty() ? " gets a port" : " cannot be judged");
}

std::string tell_port_given(const ProbeFinding& finding)
{
    if (finding.left)
        return fmt::format(", {}{} left", finding.exact ? "" : "at least ", *finding.left);
    const bool by_wildcard = finding.call == Call::tcp_bind && !finding.where.empty();
    return fmt::format(", {}found in {} us", by_wildcard ? "as the wildcard address does, " : "",
                       plugin::format_number(microseconds(finding.seconds.value_or(0))));
}

/// An IPv4 address has one colon at most, before its port.
bool is_ipv6(const ProbeFinding& finding)
{
    return std::count(finding.where.begin(), finding.where.end(), ':') > 1;
}

bool is_unknown(const ProbeFinding& finding)
{
    return !finding.fails() && !finding.obstacle.empty();
}

/// What became of the others, a clause each.
std::vector<std::string> tell_others(const std::vector<ProbeFinding>& findings)
{
    const ProbeFinding& worst = findings.front();
    const auto count = [&](auto matches) {
        return std::count_if(findings.begin() + 1, findings.end(), matches);
    };
    const auto failing = count([](const auto& finding) { return finding.fails(); });
    const auto unknown = count(is_unknown);
    const auto given = static_cast<std::ptrdiff_t>(findings.size()) - 1 - failing - unknown;
    std::vector<std::string> clauses;
    if (failing > 0)
        clauses.push_back(
            fmt::format("; {} more {} no port", failing, failing > 1 ? "get" : "gets"));
    if (unknown > 0)
        clauses.push_back(
            fmt::format("; {}{} cannot be judged", unknown, is_unknown(worst) ? " more" : ""));
    if (given > 0 && (failing + unknown > 0 || worst.fails() || is_unknown(worst)))
        clauses.push_back(given == 1 ? "; the other gets one"
                                     : fmt::format("; {} others get one", given));
    return clauses;
}

/// What is said between the outcome and the others: the most that there may be room for comes
/// first.
std::vector<std::string> choose_middle(const ProbeFinding& worst, const std::string& too_slow)
{
    const std::string reason = too_slow.empty() ? "" : " (" + too_slow + ')';
    if (worst.fails()) {
        const std::string harmless = worst.nobody_binds ? ", but nobody here binds" : "";
        return {fmt::format(" ({}){}", kind_of(worst.call).message, harmless), harmless};
    }
    if (!worst.obstacle.empty())
        return {": " + worst.obstacle};
    return {tell_port_given(worst) + reason, reason, tell_port_given(worst)};
}

} // namespace

std::string summarize(const std::vector<ProbeFinding>& findings, const std::string& too_slow)
{
    const ProbeFinding& worst = findings.front();
    FirstLine line(tell_outcome(worst),
                   is_ipv6(worst) ? FirstLine::most_with_ipv6 : FirstLine::most_with_ipv4);
    const std::vector<std::string> middle = choose_middle(worst, too_slow);
    const std::vector<std::string> others = tell_others(findings);
    const std::string all_others = fmt::format("{}", fmt::join(others, ""));
    for (const std::string& part : middle) {
        if (line.add(part + all_others))
            return line.text();
    }
    // The shortest, and as many of the others as there is room for, from the first on.
    if (!line.add(middle.back()) && is_unknown(worst))
        line.add_beginning(middle.back());
    for (const std::string& clause : others) {
        if (!line.add(clause))
            break;
    }
    return line.text();
}

plugin::Table make_probe_table(const std::vector<ProbeFinding>& findings)
{
    plugin::Table table(probe_table());
    for (const ProbeFinding& finding : findings) {
        plugin::Cell seconds = std::nullopt;
        plugin::Cell micro = std::nullopt;
        if (finding.seconds) {
            seconds = plugin::Cell(*finding.seconds, plugin::seconds_decimals);
            micro = plugin::Cell(microseconds(*finding.seconds));
        }
        table.add_row({kind_of(finding.call).name, finding.asked, finding.refused, seconds, micro,
                       finding.source, finding.where.empty() ? "::" : finding.where});
    }
    return table;
}

std::string advise(const std::vector<ProbeFinding>& findings, bool too_slow)
{
    // What cannot be judged may come before the longest search, and needs other advice.
    const auto found = std::ranges::find_if_not(findings, is_unknown);
    if (found == findings.end() || (!found->fails() && !too_slow))
        return {};
    const ProbeFinding& worst = *found;
    const std::string why = worst.fails() ? "" : "The search grows longer as the range fills up. ";
    if (worst.call == Call::tcp_connect)
        return fmt::format("{}check_ephemeral_ports -w 0 --destination {}{} says what would help, "
                           "and how many ports it would leave.",
                           why, worst.where,
                           worst.source.empty() ? "" : " --source " + worst.source);
    return fmt::format("{}check_ephemeral_binds -w 0 --protocol {} says what would help, and how "
                       "many ports it would leave.",
                       why, worst.call == Call::tcp_bind ? "tcp" : "udp");
}

std::vector<std::string> tell_remarks(const std::vector<ProbeFinding>& findings)
{
    std::vector<std::string> lines;
    const auto add = [&](const std::string& line) {
        if (std::ranges::find(lines, line) == lines.end())
            lines.push_back(line);
    };
    for (const ProbeFinding& finding : findings) {
        const ProbeKind& kind = kind_of(finding.call);
        if (finding.fails())
            add(fmt::format("{} says {} ({}): {}.", kind.name, kind.error, kind.message,
                            kind.meaning));
        if (finding.nobody_binds)
            add(tell_nobody_binds());
        if (is_unknown(finding))
            add(fmt::format("{}: {}.", tell_outcome(finding), finding.obstacle));
    }
    return lines;
}

plugin::Report report_probe(std::vector<ProbeFinding> findings,
                            const plugin::Thresholds& thresholds)
{
    sort_worst_first(findings);
    const ProbeVerdict verdict = judge_probe(findings, thresholds);
    // The search time alone is worse than a call of which nothing is known.
    if (verdict.state == plugin::State::critical && !findings.front().fails())
        std::stable_partition(findings.begin(), findings.end(), std::not_fn(is_unknown));

    plugin::Report report;
    report.state = verdict.state;
    report.sentence = summarize(findings, verdict.reason);
    report.metrics = probe_metrics(findings, thresholds);
    report.tables = {make_probe_table(findings)};
    report.details = tell_remarks(findings);
    if (report.sentence.find(verdict.reason) == std::string::npos)
        report.details.push_back(verdict.reason + '.');
    const std::string advice = advise(findings, !verdict.reason.empty());
    if (!advice.empty())
        report.details.push_back(advice);
    return report;
}

} // namespace checks
