// check_ephemeral_binds: how many ports have bind(address, 0) and UDP left?
//
// The passes: read the settings; stream the TCP and UDP sockets on ephemeral ports into a census
// each; judge the wildcard address, which runs out first, of the worse protocol.
#include <algorithm>

#include <fmt/format.h>

#include "common/kernel/port_settings.h"
#include "common/plugin/check.h"
#include "common/plugin/number.h"
#include "common/plugin/table.h"
#include "common/ports/bind_census.h"
#include "common/sockets/reader.h"
#include "plugins/reader_option.h"
#include "plugins/top_option.h"

namespace {

using plugin::Range;
using plugin::Report;

enum class Protocols { all, tcp, udp };

/// What one protocol has left.
struct Situation {
    std::string protocol;
    std::string failure; ///< how a program learns that nothing is left
    std::size_t range_size = 0;
    ports::BindUsage wildcard;
    double usage = 0; ///< of the wildcard address, in percent
    std::vector<ports::BindUsage> by_address;
    bool complete = true; ///< whether bound sockets were shown
};

Situation assess(const std::string& protocol, const std::string& failure,
                 const ports::BindCensus& census)
{
    Situation situation;
    situation.protocol = protocol;
    situation.failure = failure;
    situation.range_size = census.range_size();
    situation.wildcard = census.wildcard();
    situation.usage = plugin::percentage(situation.wildcard.used, situation.range_size);
    situation.by_address = census.by_address();
    return situation;
}

std::string summarize(const Situation& situation)
{
    if (situation.wildcard.left == 0)
        return fmt::format("no {} port left for the wildcard address: {}", situation.protocol,
                           situation.failure);
    return fmt::format("{}{} of {} ports left for {}", situation.complete ? "" : "at most ",
                       situation.wildcard.left, situation.range_size, situation.protocol);
}

std::string tell_doubt(const std::string& protocol, const ports::BindUsage& usage)
{
    return fmt::format("{} {}: up to {} more may be left; IPv6 connections are on them that may "
                       "keep out of IPv4.",
                       protocol, usage.address.text(), usage.doubtful);
}

plugin::Table make_table(const std::vector<Situation>& situations, std::size_t most_rows)
{
    using Align = plugin::Column::Align;
    plugin::Table table("addresses", {{"protocol", "protocol", Align::left},
                                      {"used", "used"},
                                      {"left", "left"},
                                      {"connected", "connected"},
                                      {"time_wait", "TIME_WAIT"},
                                      {"listening", "listening"},
                                      {"bound", "bound"},
                                      {"doubtful", ""},
                                      {"address", "address", Align::left}});
    for (const Situation& situation : situations) {
        const std::size_t rows = std::min(most_rows, situation.by_address.size());
        for (std::size_t i = 0; i < rows; ++i) {
            const ports::BindUsage& usage = situation.by_address[i];
            table.add_row({situation.protocol, usage.used, usage.left, usage.connected,
                           usage.time_wait, usage.listening, usage.bound, usage.doubtful,
                           usage.address.text()});
        }
    }
    return table;
}

class EphemeralBinds : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override;
    void declare(plugin::Options& options) override;
    Report measure(bool verbose) override;

private:
    [[nodiscard]] Situation look_at_tcp(const kernel::PortSettings& settings) const;
    [[nodiscard]] Situation look_at_udp(const kernel::PortSettings& settings) const;

    plugin::Thresholds thresholds_ = {Range::parse("66", Range::Unit::percent),
                                      Range::parse("90", Range::Unit::percent)};
    Protocols protocols_ = Protocols::all;
    int top_ = 5;
    sockets::Reader reader_ = sockets::Reader::automatic;
};

plugin::Description EphemeralBinds::describe() const
{
    return {"check_ephemeral_binds",
            "EPHEMERAL BINDS",
            "how many ports have bind(address, 0) and UDP left? The wildcard address is judged: it "
            "conflicts with all others and runs out first.",
            "  check_ephemeral_binds\n"
            "      WARNING above 66 % of the ports used, TCP or UDP, CRITICAL above 90 %\n"
            "  check_ephemeral_binds --protocol udp -w 50 -c 80\n"
            "      watches the ports that DNS queries leave from\n",
            {{"usage", "Share of the usable ports that are used, the worse of TCP and UDP"},
             {"left", "Ports that are left, the worse of TCP and UDP"},
             {"tcp_usage", "Share of the usable TCP ports that bind() cannot have"},
             {"tcp_left", "TCP ports that bind() has left"},
             {"udp_usage", "Share of the usable UDP ports that are used"},
             {"udp_left", "UDP ports that are left"},
             {"range_size", "Usable ports: the range without the reserved ones"}}};
}

void EphemeralBinds::declare(plugin::Options& options)
{
    plugin::declare_thresholds(options, "usage (percent)", Range::Unit::percent, thresholds_);
    options.add(plugin::choice_option(
        "protocol", "which protocol is judged; of both the worse (all)",
        plugin::Choices<Protocols>{
            {"tcp", Protocols::tcp}, {"udp", Protocols::udp}, {"all", Protocols::all}},
        protocols_));
    options.add(top_option("list the N fullest local addresses of each protocol", top_));
    options.add(reader_option(reader_));
}

Report EphemeralBinds::measure(bool verbose)
{
    const kernel::PortSettings settings = kernel::read_port_settings(kernel::SettingsNeeded::ports);
    std::vector<Situation> situations;
    if (protocols_ != Protocols::udp)
        situations.push_back(look_at_tcp(settings));
    if (protocols_ != Protocols::tcp)
        situations.push_back(look_at_udp(settings));
    const Situation& worse = *std::min_element(
        situations.begin(), situations.end(),
        [](const auto& one, const auto& other) { return one.wildcard.left < other.wildcard.left; });

    const plugin::Verdict verdict = plugin::judge(worse.usage, thresholds_);
    Report report;
    report.state = verdict.state;
    for (const Situation& situation : situations)
        report.sentence += (report.sentence.empty() ? "" : ", ") + summarize(situation);
    if (verdict.state != plugin::State::ok)
        report.sentence +=
            fmt::format(" (usage {}% is {})", plugin::format_number(worse.usage), verdict.reason);

    report.metrics = {plugin::percentage_metric("usage", worse.usage, thresholds_),
                      plugin::count_metric("left", worse.wildcard.left, worse.range_size)};
    for (const Situation& situation : situations) {
        const std::string prefix = situation.protocol == "TCP" ? "tcp" : "udp";
        report.metrics.push_back(plugin::percentage_metric(prefix + "_usage", situation.usage, {}));
        report.metrics.push_back(
            plugin::count_metric(prefix + "_left", situation.wildcard.left, situation.range_size));
    }
    report.metrics.push_back(plugin::count_metric("range_size", worse.range_size));

    report.tables = {make_table(situations, static_cast<std::size_t>(top_))};
    for (const Situation& situation : situations) {
        for (const ports::BindUsage& usage : situation.by_address) {
            if (usage.doubtful > 0)
                report.details.push_back(tell_doubt(situation.protocol, usage));
        }
    }
    if (verbose)
        report.details.push_back(fmt::format("ip_local_port_range {} to {}, {} usable.",
                                             settings.range.low, settings.range.high,
                                             worse.range_size));
    return report;
}

Situation EphemeralBinds::look_at_tcp(const kernel::PortSettings& settings) const
{
    ports::BindCensus census(settings);
    const sockets::Reading reading = sockets::read_tcp_sockets(
        reader_, {settings.range}, [&](const sockets::Socket& socket) { census.add(socket); });
    Situation situation =
        assess("TCP", "bind(address, 0) fails with EADDRINUSE (Address already in use)", census);
    situation.complete = reading.shows_bound;
    return situation;
}

Situation EphemeralBinds::look_at_udp(const kernel::PortSettings& settings) const
{
    ports::BindCensus census(settings);
    sockets::read_udp_sockets(reader_, settings.range,
                              [&](const sockets::Socket& socket) { census.add(socket); });
    return assess("UDP",
                  "connect() and sendto() fail with EAGAIN (Resource temporarily unavailable)",
                  census);
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralBinds>();
}
