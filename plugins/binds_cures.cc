#include "plugins/binds_cures.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "common/ports/bind_cures.h"
#include "plugins/cures_text.h"

namespace checks {
namespace {

/// The one that the alarm is about.
std::size_t find_most_urgent(const std::vector<BindsSituation>& situations,
                             const BindsJudgement& judgement)
{
    const auto first =
        std::min_element(situations.begin(), situations.end(),
                         [&](const BindsSituation& one, const BindsSituation& other) {
                             return is_more_urgent(one, other, judgement);
                         });
    return static_cast<std::size_t>(first - situations.begin());
}

/// What no figure can be given for.
std::string advise(ports::Protocol protocol, const ports::BindUsage& wildcard)
{
    if (protocol == ports::Protocol::udp)
        return "To find whose UDP sockets these are: ss -uapn, as root. Close them, share them, or "
               "run a local caching resolver.";
    if (wildcard.connected + wildcard.time_wait <= wildcard.used / 2)
        return {};
    return "A program that calls bind() only to choose its source address should set "
           "IP_BIND_ADDRESS_NO_PORT: then connect() picks the port, and the program needs none of "
           "these.";
}

} // namespace

void tell_binds_cures(const sockets::Snapshot& snapshot,
                      const std::vector<ports::BindCensus>& censuses,
                      const ports::HiddenPorts& hidden,
                      const std::vector<BindsSituation>& situations,
                      const BindsJudgement& judgement, plugin::Report& report)
{
    const std::size_t first = find_most_urgent(situations, judgement);
    const BindsSituation& situation = situations[first];
    std::vector<ToldCure> cures;
    if (report.state != plugin::State::ok && situation.wildcard.used_most > 0) {
        const Ends now = left_of(ports::look_out(situation.wildcard, situation.range_size));
        for (const ports::Cure& cure :
             ports::find_bind_cures(snapshot, censuses[first], situation.protocol, hidden))
            cures.push_back(
                {name_cure(cure, snapshot.settings,
                           "bind() to one more IPv4 address, not to the wildcard address"),
                 "", left_of(cure.outlook), now});
    }
    const bool is_tcp = situation.protocol == ports::Protocol::tcp;
    tell_cures(fmt::format("What would help {}, best first:",
                           is_tcp ? "bind() of TCP sockets" : "UDP sockets"),
               std::move(cures), cured_binds(), report);
    const std::string advice = advise(situation.protocol, situation.wildcard);
    if (report.state != plugin::State::ok && !advice.empty())
        report.details.push_back(advice);
}

} // namespace checks
