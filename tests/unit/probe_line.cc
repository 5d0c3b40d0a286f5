// How long the first line of check_ephemeral_probe can get, before its performance data, and that
// it names whom and what all the same.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "plugins/probe_verdict.h"
#include "plugins/probe_words.h"
#include "tests/unit/report_text.h"
#include "tests/unit/throws.h"

namespace {

using checks::ProbeFinding;
using plugin::Range;
using Call = kernel::PortRequest::Call;

const std::string obstacles[] = {
    "Network is unreachable", "this host has no source address for it",
    "the source address is not this host's",
    "the socket option TCP_FASTOPEN_CONNECT was refused (Operation not supported); bit 1 of "
    "net.ipv4.tcp_fastopen has to be on, as it is by default"};

/// The addresses of one family that take most room.
struct Addresses {
    std::string source;
    std::string destination;
    std::size_t limit;
};

const Addresses families[] = {{"192.168.100.100", "192.168.100.101:65535", 160},
                              {"2001:1db8:1111:2222:3333:4444:5555:6666",
                               "[2001:1db8:1111:2222:3333:4444:5555:6667]:65535", 200}};

struct Line {
    std::string text;
    plugin::Report report;
};

Line first_line(const std::vector<ProbeFinding>& findings, const std::string& warning = "")
{
    plugin::Thresholds thresholds;
    if (!warning.empty())
        thresholds.warning = Range::parse(warning, Range::Unit::none);
    Line line = {"", checks::report_probe(findings, thresholds)};
    const std::string text =
        plugin::format_report("EPHEMERAL PROBE", line.report, plugin::scheduler_limit);
    line.text = text.substr(0, std::min(text.find(" | "), text.find('\n')));
    return line;
}

/// One call, with the source that was asked for.
ProbeFinding call_of(Call call, const Addresses& addresses)
{
    const bool is_bind = call == Call::tcp_bind;
    return {call,
            is_bind ? "" : addresses.source,
            is_bind ? addresses.source : addresses.destination,
            7,
            0,
            0.0123456789};
}

ProbeFinding refused(ProbeFinding finding, int times = 7)
{
    finding.refused = times;
    return finding;
}

ProbeFinding not_asked(ProbeFinding finding, const std::string& obstacle)
{
    finding.asked = 0;
    finding.refused = 0;
    finding.seconds.reset();
    finding.obstacle = obstacle;
    return finding;
}

std::size_t count(const std::string& text, const std::string& part)
{
    std::size_t number = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++number;
    return number;
}

void check_length_and_names(const Line& line, const ProbeFinding& finding,
                            const Addresses& addresses)
{
    BOOST_TEST(line.text.size() < addresses.limit, line.text.size() << ": " << line.text);
    BOOST_TEST(count(line.text, finding.where) == 1U, line.text);
    if (!finding.source.empty())
        BOOST_TEST(count(line.text, finding.source) == 1U, line.text);
}

/// What it says of `finding` alone, and beside others that are no better.
void check_lines(const ProbeFinding& finding, const Addresses& addresses,
                 const std::string& warning = "")
{
    const Line alone = first_line({finding}, warning);
    check_length_and_names(alone, finding, addresses);
    // Nothing that had to be cut off is lost.
    if (!finding.obstacle.empty())
        BOOST_TEST(details_hold(alone.report, finding.obstacle));
    if (finding.fails())
        BOOST_TEST(details_hold(alone.report, checks::kind_of(finding.call).message));
    const ProbeFinding again = {finding.call, finding.source, "another", 7, finding.refused, 0.1};
    const std::vector<ProbeFinding> all = {finding,
                                           finding.fails() ? again : finding,
                                           not_asked(again, obstacles[3]),
                                           not_asked(again, obstacles[0]),
                                           {finding.call, finding.source, "fine", 7, 0, 0.001}};
    const Line beside = first_line(all, warning);
    BOOST_TEST(beside.text.size() < addresses.limit, beside.text.size() << ": " << beside.text);
    if (finding.fails())
        BOOST_TEST(holds(beside.text, checks::kind_of(finding.call).error), beside.text);
}

BOOST_AUTO_TEST_SUITE(probe_line)

BOOST_AUTO_TEST_CASE(below_160_with_ipv4_and_200_with_ipv6_in_every_state_and_each_named_once)
{
    for (const Addresses& addresses : families) {
        for (const Call call : {Call::tcp_connect, Call::udp_connect, Call::tcp_bind}) {
            const ProbeFinding finding = call_of(call, addresses);
            check_lines(finding, addresses);
            check_lines(finding, addresses, "0.001");
            check_lines(finding, addresses, "0.000001:0.00123456");
            check_lines(refused(finding), addresses);
            check_lines(refused(finding, 3), addresses);
            for (const std::string& obstacle : obstacles)
                check_lines(not_asked(finding, obstacle), addresses);
        }
    }
}

BOOST_AUTO_TEST_CASE(below_its_limit_for_bind_computed_or_missed_by_nobody)
{
    for (const Addresses& addresses : families) {
        ProbeFinding missed = refused(call_of(Call::tcp_bind, addresses));
        missed.nobody_binds = true;
        check_lines(missed, addresses);
        BOOST_TEST(holds(first_line({missed}).text, "gets no port: EADDRINUSE"));
        missed.refused = 3;
        check_lines(missed, addresses);
        BOOST_TEST(holds(first_line({missed}).text,
                         "gets no port 3 times in 7: EADDRINUSE (Address already in use), but "
                         "nobody here binds"));
        for (const std::size_t used : {std::size_t{0}, std::size_t{12345}, std::size_t{64512}}) {
            for (const std::size_t used_most : {used, std::size_t{64512}}) {
                ports::BindUsage usage;
                usage.used = used;
                usage.used_most = used_most;
                ProbeFinding finding = call_of(Call::tcp_bind, addresses);
                checks::conclude_bind(finding, usage, 64512);
                check_lines(finding, addresses);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
