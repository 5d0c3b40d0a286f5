#include "plugins/nat_advice.h"

#include <algorithm>

#include <fmt/format.h>

namespace checks {

using conntrack::NatUsage;

std::string tell_clients(const NatUsage& usage)
{
    std::vector<std::string> told;
    told.reserve(usage.worst_clients.size());
    for (const auto& [client, connections] : usage.worst_clients)
        told.push_back(fmt::format("{} {}", client.text(), connections));
    return fmt::format("Most connections {} come from: {}.", tell_tuple(usage),
                       fmt::join(told, ", "));
}

void tell_what_helps(const std::optional<NatUsage>& endangered, bool is_filling,
                     std::vector<std::string>& details)
{
    const std::size_t all_ports = conntrack::default_range(conntrack::OriginalPorts::others).size();
    details.emplace_back("What would help:");
    if (is_filling)
        details.emplace_back("  a larger net.netfilter.nf_conntrack_max: if the table is full, new "
                             "connections are dropped");
    if (!endangered)
        return;
    details.emplace_back(
        "  more NAT addresses: each has as many ports again; a client stays on one of them");
    // A smaller range is searched as a whole.
    if (endangered->keeps_ports && endangered->range.size() > conntrack::most_searched_whole)
        details.push_back(
            fmt::format("  `random` in the rule: used ports then form no clusters, and the first "
                        "connection is refused {}",
                        endangered->range.size() == all_ports ? "at 85 %, not at 63 %" : "later"));
    if (endangered->range.size() < all_ports)
        details.emplace_back("  a wider range in the rule (to :1024-65535)");
    if (endangered->time_wait > endangered->used / 2)
        details.emplace_back("  connections kept open (keep-alive, a pool): most are in TIME_WAIT");
}

void tell_limits(const std::vector<NatUsage>& rows, Eviction eviction,
                 std::vector<std::string>& details)
{
    for (const NatUsage& usage : rows) {
        if (usage.picked_elsewhere)
            details.push_back(fmt::format("NAT picked ports in {} {}, which contradict the range "
                                          "{}: give --ports as the rule has it.",
                                          text_of(*usage.picked_elsewhere), tell_tuple(usage),
                                          text_of(usage.range)));
    }
    const bool is_doubtful = std::ranges::any_of(rows, [&](const NatUsage& usage) {
        const conntrack::RefusedShare refused = refused_percentage(usage, eviction);
        return refused.least < refused.most;
    });
    if (is_doubtful)
        details.emplace_back(
            "Newer kernels take the ports of closed connections, and then refuse the lower share. "
            "Whether this one does cannot be read (--time-wait).");
}

std::string tell_reader(const conntrack::Reading& reading)
{
    return reading.reader == conntrack::Reader::ctnetlink
               ? "Entries read by ctnetlink."
               : fmt::format("Entries read from /proc/net/nf_conntrack: {}.", reading.reason);
}

std::string tell_remedy(kernel::Privilege privilege)
{
    switch (privilege) {
    case kernel::Privilege::not_given:
        break;
    case kernel::Privilege::kept_back:
        return "no_new_privs is set, so the program's file cannot give it a capability: switch "
               "no_new_privs off (NoNewPrivileges=no), or give an ambient capability "
               "(AmbientCapabilities=CAP_NET_ADMIN).";
    case kernel::Privilege::none_of_root:
        return "Root lacks CAP_NET_ADMIN here: give it to the container or the service.";
    case kernel::Privilege::held:
        return "The program has CAP_NET_ADMIN, but not over this network namespace, or seccomp "
               "forbids the call, or the kernel lacks nf_conntrack_netlink.";
    }
    return "Give the capability to this program alone (setcap cap_net_admin+p), or start it with "
           "sudo.";
}

} // namespace checks
