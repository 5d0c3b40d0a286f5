#include "plugins/range_situation.h"

#include <vector>

#include <fmt/format.h>

#include "common/plugin/table.h"
#include "plugins/range_description.h"

namespace checks {
namespace {

using plugin::Report;
using plugin::State;

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

std::string in_brackets(const plugin::Verdict& verdict)
{
    return verdict.state == State::ok ? "" : fmt::format(" ({})", verdict.phrase);
}

std::string tell_size(const RangeSituation& situation, const plugin::Verdict& verdict)
{
    const kernel::PortSettings& settings = situation.settings;
    const std::size_t usable = settings.usable().size();
    const std::size_t reserved = settings.range.size() - usable;
    std::string text =
        fmt::format("{} usable ports, {} to {}", usable, settings.range.low, settings.range.high);
    if (reserved > 0)
        text += fmt::format(" without {} reserved", reserved);
    return text + in_brackets(verdict);
}

std::string tell_services(const RangeSituation& situation, const plugin::Verdict& verdict)
{
    const std::vector<ports::Service>& services = situation.services.in_range;
    if (services.empty())
        return "; no service listens there";
    return fmt::format("; {} there: {}{}",
                       services.size() == 1 ? "1 service listens"
                                            : fmt::format("{} services listen", services.size()),
                       name_services(services), in_brackets(verdict));
}

plugin::Table make_table(const RangeSituation& situation)
{
    plugin::Table table(range_table());
    const std::vector<ports::Service>& services = situation.services.in_range;
    for (std::size_t i = 0; i < services.size(); ++i)
        table.add_row({ports::format_service(services[i]), services[i].sockets, services[i].user,
                       owners_cell(situation.owners, i)});
    return table;
}

plugin::Table make_owners_table(const RangeSituation& situation)
{
    plugin::Table table(range_owners_table());
    for (std::size_t i = 0; i < situation.owners.rows.size(); ++i) {
        for (const OwnerShare& share : situation.owners.rows[i])
            add_owner(share, {ports::format_service(situation.services.in_range[i])}, table);
    }
    return table;
}

void explain(const RangeSituation& situation, std::vector<std::string>& details)
{
    const kernel::PortSettings& settings = situation.settings;
    if (!situation.services.in_range.empty())
        details.insert(
            details.end(),
            {"If the kernel gives their port away, their next start fails with \"Address already "
             "in use\". To reserve the ports:",
             "  net.ipv4.ip_local_reserved_ports = " +
                 net::format_port_list(settings.reserved | situation.services.ports()),
             "A service that asked for any port (bind() with port 0, as RPC services do) looks the "
             "same, and needs no reservation."});
    if (situation.services.udp_in_doubt > 0)
        details.push_back(fmt::format(
            "{} UDP sockets there have no peer: each is a service, or a client that sends without "
            "connect(). The kernel does not say which, so they are not counted.",
            situation.services.udp_in_doubt));
    if (settings.found_by_tcp().size() < settings.usable().size())
        details.push_back(fmt::format(
            "The range has an odd number of ports: a search for a TCP port visits one fewer, so "
            "{} is not counted.",
            settings.range.low));
}

} // namespace

LiveOwners name_services_owners(const sockets::Snapshot& snapshot, const ports::Services& services)
{
    std::vector<ports::SocketsByOwner> counted;
    counted.reserve(services.in_range.size());
    for (const ports::Service& service : services.in_range)
        counted.push_back(service.owners);
    return name_owners(snapshot, counted);
}

Report report_range(const RangeSituation& situation, const RangeJudgement& judgement)
{
    const kernel::PortSettings& settings = situation.settings;
    const std::size_t usable = settings.usable().size();
    Report report;
    const auto add = [&](plugin::Metric metric) { report.metrics.push_back(std::move(metric)); };
    const plugin::Verdict size =
        report.judge(plugin::count_metric("range_size", usable), judgement.size);
    add(plugin::count_metric("reserved", settings.range.size() - usable));
    add(plugin::count_metric("low", settings.range.low));
    add(plugin::count_metric("high", settings.range.high));
    const plugin::Verdict services =
        report.judge(plugin::count_metric("services_in_range", situation.services.in_range.size()),
                     judgement.services);

    report.sentence = tell_size(situation, size);
    if (judgement.rfc6335 && settings.range.low < dynamic_ports.low) {
        report.state = plugin::worse(report.state, State::warning);
        report.sentence += fmt::format("; goes beyond the dynamic ports of RFC 6335, {} to {}",
                                       dynamic_ports.low, dynamic_ports.high);
    }
    // Linux itself keeps the two apart (ipv4_local_port_range(), ipv4_privileged_ports()).
    if (situation.unprivileged_port_start &&
        settings.range.low < *situation.unprivileged_port_start) {
        report.state = plugin::worse(report.state, State::warning);
        report.sentence += fmt::format("; reaches below ip_unprivileged_port_start, {}",
                                       *situation.unprivileged_port_start);
    }
    report.sentence += tell_services(situation, services);
    report.tables = {make_table(situation), make_owners_table(situation)};
    report.details = tell_limits(situation.owners, 0);
    explain(situation, report.details);
    return report;
}

std::string tell_privileged_ports(const RangeSituation& situation)
{
    return situation.unprivileged_port_start ? fmt::format("ip_unprivileged_port_start is {}.",
                                                           *situation.unprivileged_port_start)
                                             : "This kernel has no ip_unprivileged_port_start.";
}

} // namespace checks
