// check_ephemeral_probe: would the kernel give a port for this destination now, and how long does
// it search?
//
// The passes: put each question to the kernel several times, without sending a packet; take the
// median of the search times, since a range past half full makes every connect() slow before it
// makes one fail
// (__inet_hash_connect() tries every second port first); judge the slowest, and whatever got no
// port.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "common/kernel/oracle.h"
#include "common/plugin/check.h"
#include "common/plugin/number.h"
#include "common/plugin/table.h"

namespace {

using kernel::PortRequest;
using plugin::Range;
using plugin::Report;
using Call = kernel::PortRequest::Call;

enum class Protocols { tcp, udp, all };

/// A kind of question: what it is called, and how it fails where no port is left.
struct Kind {
    Call call;
    const char* label; ///< of its search time in perfdata
    const char* name;
    int exhausted; ///< the errno
    const char* limit;
};

constexpr Kind tcp_connect = {
    Call::tcp_connect, "search_time", "TCP connect()", EADDRNOTAVAIL,
    "EADDRNOTAVAIL (Cannot assign requested address), every port is used by this tuple or held"};
constexpr Kind udp_connect = {Call::udp_connect, "udp_search_time", "UDP connect()", EAGAIN,
                              "EAGAIN (Resource temporarily unavailable), every UDP port is used"};
constexpr Kind tcp_bind = {
    Call::tcp_bind, "bind_search_time", "TCP bind()", EADDRINUSE,
    "EADDRINUSE (Address already in use), every port of this address is used"};

/// What the kernel answered to one question, put several times.
struct Finding {
    const Kind* kind = nullptr;
    std::string where; ///< the destination, or the address to bind to
    int asked = 0;
    int refused = 0;    ///< how often no port was left
    double seconds = 0; ///< the median search time
};

/// IPv6 says EADDRNOTAVAIL, too, where the host has no address to go out from
/// (ipv6_dev_get_saddr()). UDP tells the two apart: without a port its connect() says EAGAIN.
bool lacks_source(kernel::Oracle& oracle, PortRequest request)
{
    request.call = Call::udp_connect;
    return oracle.ask(request).error == EADDRNOTAVAIL;
}

/// Puts `request` to the kernel. Throws std::runtime_error where the answer says nothing of ports.
Finding inquire(kernel::Oracle& oracle, const Kind& kind, const PortRequest& request,
                const std::string& where)
{
    constexpr int times = 7;
    Finding finding = {&kind, where, times, 0, 0};
    std::array<std::chrono::nanoseconds, times> search_times{};
    for (std::chrono::nanoseconds& search_time : search_times) {
        const kernel::PortAnswer answer = oracle.ask(request);
        if (answer.error == EADDRNOTAVAIL && lacks_source(oracle, request))
            throw std::runtime_error(
                fmt::format("this host has no source address towards {}", where));
        if (answer.error == kind.exhausted)
            ++finding.refused;
        else if (answer.error != 0)
            throw std::runtime_error(fmt::format("{} to {} fails: {}", kind.name, where,
                                                 std::generic_category().message(answer.error)));
        search_time = answer.search_time;
    }
    std::nth_element(search_times.begin(), search_times.begin() + times / 2, search_times.end());
    finding.seconds = std::chrono::duration<double>(search_times[times / 2]).count();
    return finding;
}

/// To a tenth: what is below is noise.
double microseconds(double seconds)
{
    constexpr double tenths_a_second = 1e7;
    constexpr double tenths = 10;
    return std::round(seconds * tenths_a_second) / tenths;
}

std::string summarize(const Finding& finding)
{
    if (finding.refused == finding.asked)
        return fmt::format("{} to {} fails with {}", finding.kind->name, finding.where,
                           finding.kind->limit);
    if (finding.refused > 0)
        return fmt::format("{} to {} fails {} times in {} with {}", finding.kind->name,
                           finding.where, finding.refused, finding.asked, finding.kind->limit);
    return fmt::format("{} to {} gets a port, found in {} us", finding.kind->name, finding.where,
                       plugin::format_number(microseconds(finding.seconds)));
}

plugin::Table make_table(const std::vector<Finding>& findings)
{
    using Align = plugin::Column::Align;
    plugin::Table table("answers", {{"call", "call", Align::left},
                                    {"asked", "asked"},
                                    {"refused", "refused"},
                                    {"search_time", ""},
                                    {"search_microseconds", "search us"},
                                    {"address", "address", Align::left}});
    for (const Finding& finding : findings)
        table.add_row({finding.kind->name, finding.asked, finding.refused,
                       plugin::Cell(finding.seconds, plugin::seconds_decimals),
                       microseconds(finding.seconds), finding.where});
    return table;
}

/// The longest search of each kind that was asked about.
std::vector<plugin::Metric> make_metrics(const std::vector<Finding>& findings,
                                         const plugin::Thresholds& thresholds)
{
    std::vector<plugin::Metric> metrics;
    for (const Kind* kind : {&tcp_connect, &udp_connect, &tcp_bind}) {
        std::optional<double> longest;
        for (const Finding& finding : findings) {
            if (finding.kind == kind)
                longest = std::max(longest.value_or(0), finding.seconds);
        }
        if (longest)
            metrics.push_back(plugin::seconds_metric(kind->label, *longest, thresholds));
    }
    return metrics;
}

class EphemeralProbe : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override;
    void declare(plugin::Options& options) override;
    Report measure(bool verbose) override;

private:
    [[nodiscard]] std::vector<Finding> inquire_all() const;

    plugin::Thresholds thresholds_;
    std::vector<net::Endpoint> destinations_;
    std::optional<net::Address> source_;
    Protocols protocols_ = Protocols::tcp;
    bool bind_ = false;
};

plugin::Description EphemeralProbe::describe() const
{
    return {"check_ephemeral_probe",
            "EPHEMERAL PROBE",
            "would the kernel give a port for this destination now, and how long does it search? "
            "No packet is "
            "sent.",
            "  check_ephemeral_probe 10.0.0.5:5432\n"
            "      CRITICAL where connect() to the database would get no port\n"
            "  check_ephemeral_probe -w 0.001 -c 0.01 10.0.0.5:5432 [2001:db8::5]:5432\n"
            "      WARNING too where the search takes longer than a millisecond\n"
            "  check_ephemeral_probe --protocol udp 10.0.0.53:53\n"
            "      whether a DNS query would get a port\n"
            "  check_ephemeral_probe --bind --source 10.0.0.1\n"
            "      whether bind(10.0.0.1, 0) would get a port\n",
            {{tcp_connect.label, "How long connect() searches for a TCP port, at the worst"},
             {udp_connect.label, "How long connect() searches for a UDP port, at the worst"},
             {tcp_bind.label, "How long bind(ADDR, 0) searches for a TCP port, at the worst"}}};
}

void EphemeralProbe::declare(plugin::Options& options)
{
    plugin::declare_thresholds(options, "the search time (seconds)", Range::Unit::none,
                               thresholds_);
    options.add(
        plugin::value_option("source", {}, "ADDR", "ask for this source address",
                             [&](const auto& text) { source_ = net::Address::parse(text); }));
    options.add(plugin::choice_option("protocol", "which connect() to ask about (tcp)",
                                      plugin::Choices<Protocols>{{"tcp", Protocols::tcp},
                                                                 {"udp", Protocols::udp},
                                                                 {"all", Protocols::all}},
                                      protocols_));
    options.add(plugin::switch_option(
        "bind", {},
        "ask about TCP bind(ADDR, 0) too, ADDR being the source or the wildcard address", bind_));
    options.add_arguments("ADDRESS:PORT...", [&](const std::string& text) {
        destinations_.push_back(net::Endpoint::parse(text));
    });
}

Report EphemeralProbe::measure(bool /*verbose*/)
{
    const std::vector<Finding> findings = inquire_all();
    const Finding& worst = *std::max_element(
        findings.begin(), findings.end(), [](const Finding& one, const Finding& other) {
            return std::pair(one.refused, one.seconds) < std::pair(other.refused, other.seconds);
        });
    const plugin::Verdict verdict = plugin::judge(worst.seconds, thresholds_);

    Report report;
    report.state = worst.refused > 0 ? plugin::State::critical : verdict.state;
    report.sentence = summarize(worst);
    if (worst.refused == 0 && verdict.state != plugin::State::ok)
        report.sentence += fmt::format(" ({} s)", verdict.reason);
    report.metrics = make_metrics(findings, thresholds_);
    report.tables = {make_table(findings)};
    return report;
}

std::vector<Finding> EphemeralProbe::inquire_all() const
{
    if (destinations_.empty() && !bind_)
        throw plugin::UsageError("no ADDRESS:PORT was given");

    kernel::Oracle oracle;
    std::vector<Finding> findings;
    PortRequest request;
    request.source = source_;
    for (const net::Endpoint& destination : destinations_) {
        request.destination = destination;
        for (const Kind* kind : {&tcp_connect, &udp_connect}) {
            const Protocols left_out = kind == &tcp_connect ? Protocols::udp : Protocols::tcp;
            if (protocols_ == left_out)
                continue;
            request.call = kind->call;
            findings.push_back(inquire(oracle, *kind, request, destination.text()));
        }
    }
    if (bind_) {
        request.call = tcp_bind.call;
        const net::Address address = source_.value_or(net::Address::ipv4(0));
        request.source = address;
        findings.push_back(inquire(oracle, tcp_bind, request, address.text()));
    }
    return findings;
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralProbe>();
}
