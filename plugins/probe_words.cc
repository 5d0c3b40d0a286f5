#include "plugins/probe_words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/plugin/perfdata.h"
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

std::string tell(const ProbeFinding& finding)
{
    const std::string call = name_call(finding);
    const char* const limit = kind_of(finding.call).limit;
    if (finding.refused > 0 && finding.refused < finding.asked)
        return fmt::format("{} fails {} times in {} with {}", call, finding.refused, finding.asked,
                           limit);
    if (finding.fails())
        return fmt::format("{} fails with {}{}", call, limit,
                           finding.nobody_binds ? ", but nobody here binds" : "");
    if (!finding.obstacle.empty())
        return fmt::format("{} could not be asked about: {}", call, finding.obstacle);
    if (finding.left)
        return fmt::format("{} gets a port, {}{} left", call, finding.exact ? "" : "at least ",
                           *finding.left);
    const bool by_wildcard = finding.call == Call::tcp_bind && !finding.where.empty();
    return fmt::format("{} gets a port, {}found in {} us", call,
                       by_wildcard ? "as the wildcard address does, " : "",
                       plugin::format_number(microseconds(finding.seconds.value_or(0))));
}

std::string tell_more(std::size_t number, const char* what)
{
    return number > 1 ? fmt::format("; {} more {}", number - 1, what) : "";
}

bool is_unknown(const ProbeFinding& finding)
{
    return !finding.fails() && !finding.obstacle.empty();
}

} // namespace

std::string summarize(const std::vector<ProbeFinding>& findings)
{
    const auto count = [&](auto matches) {
        return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), matches));
    };
    const std::size_t failing = count([](const auto& finding) { return finding.fails(); });
    const std::size_t unknown = count(is_unknown);
    std::string sentence = tell(findings.front()) + tell_more(failing, "get no port");
    if (failing > 0 && unknown > 0)
        sentence += "; " + tell(*std::find_if(findings.begin(), findings.end(), is_unknown));
    sentence += tell_more(unknown, "could not be asked about");
    const std::size_t given = findings.size() - failing - unknown;
    if (failing + unknown > 0 && given > 0)
        sentence += given == 1 ? "; the other gets one" : fmt::format("; {} others get one", given);
    return sentence;
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
    const ProbeFinding& worst = findings.front();
    if (!worst.fails() && !too_slow)
        return {};
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
    for (const ProbeFinding& finding : findings) {
        if (finding.nobody_binds)
            lines.push_back(tell_nobody_binds());
        if (is_unknown(finding))
            lines.push_back(fmt::format("{}: {}.", name_call(finding), finding.obstacle));
    }
    return lines;
}

plugin::Report report_probe(std::vector<ProbeFinding> findings,
                            const plugin::Thresholds& thresholds)
{
    sort_worst_first(findings);
    const ProbeVerdict verdict = judge_probe(findings, thresholds);

    plugin::Report report;
    report.state = verdict.state;
    report.sentence = summarize(findings);
    if (!verdict.reason.empty() && !findings.front().fails())
        report.sentence += fmt::format(" ({})", verdict.reason);
    report.metrics = probe_metrics(findings, thresholds);
    report.tables = {make_probe_table(findings)};
    report.details = tell_remarks(findings);
    const std::string advice = advise(findings, !verdict.reason.empty());
    if (!advice.empty())
        report.details.push_back(advice);
    return report;
}

} // namespace checks
