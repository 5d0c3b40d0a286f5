// check_ephemeral_range: is the range large enough, and does a service's own port lie in it?
//
// The passes: read the settings; find who listens inside the range on a port that is not reserved,
// by TCP and by UDP; judge the size, and where asked to, the services and what RFC 6335 says.
#include <fmt/format.h>

#include "common/kernel/port_settings.h"
#include "common/plugin/check.h"
#include "common/plugin/table.h"
#include "common/ports/services.h"
#include "common/sockets/reader.h"
#include "plugins/reader_option.h"

namespace {

using plugin::Options;
using plugin::Range;
using plugin::Report;
using plugin::State;
using plugin::Thresholds;
using plugin::Verdict;

/// RFC 6335, section 6: the Dynamic Ports, also known as Private or Ephemeral Ports.
constexpr net::PortRange dynamic_ports = {49152, 65535};

struct Situation {
    std::size_t range_size = 0;
    std::size_t reserved = 0; ///< inside the range
    std::vector<ports::Service> services;
    net::PortSet service_ports;
    std::optional<std::uint16_t> unprivileged_port_start;
};

struct Verdicts {
    Verdict size;
    Verdict services;
    bool leaves_dynamic_ports = false; ///< and somebody minds
    bool reaches_privileged_ports = false;
};

State overall(const Verdicts& verdicts)
{
    const bool warn = verdicts.leaves_dynamic_ports || verdicts.reaches_privileged_ports;
    return plugin::worse(plugin::worse(verdicts.size.state, verdicts.services.state),
                         warn ? State::warning : State::ok);
}

std::string name_services(const std::vector<ports::Service>& services)
{
    constexpr std::size_t most_names = 3;
    std::string names;
    for (std::size_t i = 0; i < services.size() && i < most_names; ++i)
        names += (i == 0 ? "" : ", ") + ports::format_service(services[i]);
    if (services.size() > most_names)
        names += fmt::format(" and {} more", services.size() - most_names);
    return names;
}

std::string summarize(const Situation& situation, const Verdicts& verdicts,
                      const kernel::PortSettings& settings)
{
    std::string sentence = fmt::format("{} usable ports, {} to {}", situation.range_size,
                                       settings.range.low, settings.range.high);
    if (situation.reserved > 0)
        sentence += fmt::format(" without {} reserved", situation.reserved);
    if (verdicts.size.state != State::ok)
        sentence += fmt::format(" (range_size is {})", verdicts.size.reason);
    if (verdicts.leaves_dynamic_ports)
        sentence += fmt::format("; leaves the dynamic ports of RFC 6335, {} to {}",
                                dynamic_ports.low, dynamic_ports.high);
    if (verdicts.reaches_privileged_ports)
        sentence += fmt::format("; reaches below ip_unprivileged_port_start, {}",
                                *situation.unprivileged_port_start);
    if (situation.services.empty())
        return sentence + "; no service listens there";
    sentence += fmt::format("; {} there: {}",
                            situation.services.size() == 1
                                ? "1 service listens"
                                : fmt::format("{} services listen", situation.services.size()),
                            name_services(situation.services));
    if (verdicts.services.state != State::ok)
        sentence += fmt::format(" (services_in_range is {})", verdicts.services.reason);
    return sentence;
}

plugin::Table make_table(const std::vector<ports::Service>& services)
{
    plugin::Table table("services", {{"service", "listens on", plugin::Column::Align::left},
                                     {"sockets", "sockets"},
                                     {"user", "uid"}});
    for (const ports::Service& service : services)
        table.add_row({ports::format_service(service), service.sockets, service.user});
    return table;
}

std::vector<std::string> explain_services(const Situation& situation,
                                          const kernel::PortSettings& settings)
{
    return {"Their next start may fail with \"Address already in use\", where the kernel has given "
            "their port away. To reserve them:",
            "  net.ipv4.ip_local_reserved_ports = " +
                net::format_port_list(settings.reserved | situation.service_ports),
            "One that asked for any port (bind() with port 0, as RPC services do; a UDP client) "
            "looks the same, and needs no reserving."};
}

class EphemeralRange : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override;
    void declare(Options& options) override;
    Report measure(bool verbose) override;

private:
    [[nodiscard]] Verdicts judge(const Situation& situation,
                                 const kernel::PortSettings& settings) const;

    Thresholds size_thresholds_ = {Range::parse("10000:", Range::Unit::none),
                                   Range::parse("5000:", Range::Unit::none)};
    Thresholds services_thresholds_;
    bool rfc6335_ = false;
    sockets::Reader reader_ = sockets::Reader::automatic;
};

plugin::Description EphemeralRange::describe() const
{
    return {"check_ephemeral_range",
            "EPHEMERAL RANGE",
            "is the range large enough, and does a service's own port lie in it?",
            "  check_ephemeral_range\n"
            "      WARNING below 10000 usable ports, CRITICAL below 5000\n"
            "  check_ephemeral_range --services-warning 0\n"
            "      alerts, too, where a service listens in the range on a port that is not\n"
            "      reserved\n"
            "  check_ephemeral_range -w 16384: -c 16384: --rfc6335\n"
            "      wants the dynamic ports of RFC 6335, all of them and no others\n",
            {{"range_size", "Usable ports: the range without the reserved ones"},
             {"reserved", "Reserved ports inside the range"},
             {"low", "The range's first port"},
             {"high", "The range's last port"},
             {"services_in_range", "Services that listen inside the range, on no reserved port"}}};
}

void EphemeralRange::declare(Options& options)
{
    plugin::declare_thresholds(options, "the number of usable ports", Range::Unit::none,
                               size_thresholds_);
    plugin::declare_thresholds(options, "the number of services in the range", Range::Unit::none,
                               services_thresholds_, "services-");
    options.add(plugin::switch_option(
        "rfc6335", {}, "WARNING where the range leaves 49152-65535, which RFC 6335 sets aside",
        rfc6335_));
    options.add(reader_option(reader_));
}

Verdicts EphemeralRange::judge(const Situation& situation,
                               const kernel::PortSettings& settings) const
{
    Verdicts verdicts;
    verdicts.size = plugin::judge(static_cast<double>(situation.range_size), size_thresholds_);
    verdicts.services =
        plugin::judge(static_cast<double>(situation.services.size()), services_thresholds_);
    verdicts.leaves_dynamic_ports = rfc6335_ && settings.range.low < dynamic_ports.low;
    // Linux itself keeps the two apart (ipv4_local_port_range(), ipv4_privileged_ports()).
    verdicts.reaches_privileged_ports = situation.unprivileged_port_start &&
                                        settings.range.low < *situation.unprivileged_port_start;
    return verdicts;
}

Report EphemeralRange::measure(bool verbose)
{
    const kernel::PortSettings settings = kernel::read_port_settings(kernel::SettingsNeeded::ports);
    ports::Services services(settings);
    const sockets::Reading reading = sockets::read_tcp_sockets(
        reader_, {settings.range, {sockets::SocketState::listening}},
        [&](const sockets::Socket& socket) { services.add(ports::Protocol::tcp, socket); });
    sockets::read_udp_sockets(reader_, settings.range, [&](const sockets::Socket& socket) {
        services.add(ports::Protocol::udp, socket);
    });

    Situation situation;
    situation.range_size = settings.usable().size();
    situation.reserved = settings.range.size() - situation.range_size;
    situation.services = services.in_range();
    situation.service_ports = services.ports();
    situation.unprivileged_port_start = kernel::read_unprivileged_port_start();

    const Verdicts verdicts = judge(situation, settings);
    Report report;
    report.state = overall(verdicts);
    report.sentence = summarize(situation, verdicts, settings);
    report.metrics = {
        plugin::judged(plugin::count_metric("range_size", situation.range_size), size_thresholds_),
        plugin::count_metric("reserved", situation.reserved),
        plugin::count_metric("low", settings.range.low),
        plugin::count_metric("high", settings.range.high),
        plugin::judged(plugin::count_metric("services_in_range", situation.services.size()),
                       services_thresholds_)};
    report.tables = {make_table(situation.services)};
    if (!situation.services.empty())
        report.details = explain_services(situation, settings);
    if (verdicts.size.state != State::ok)
        report.details.emplace_back("Widen net.ipv4.ip_local_port_range, or reserve less.");
    if (verbose)
        report.details.push_back(tell_reader(reading));
    if (verbose && situation.unprivileged_port_start)
        report.details.push_back(
            fmt::format("ip_unprivileged_port_start is {}.", *situation.unprivileged_port_start));
    return report;
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralRange>();
}
