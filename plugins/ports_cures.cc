#include "plugins/ports_cures.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/ports/cures.h"
#include "plugins/cures_text.h"

namespace checks {
namespace {

using ports::Aim;
using ports::Cure;
using ports::Outlook;
using ports::Remedy;

Ends projected_of(const Outlook& outlook)
{
    return {projected_percentage(outlook.projected, outlook.range_size),
            projected_percentage(outlook.projected_most, outlook.range_size)};
}

ToldCure tell(const Cure& cure, const Outlook& now, const kernel::PortSettings& present, Aim aim)
{
    ToldCure told = {
        name_cure(cure, present, "one more source address, or destination address or port"),
        cure.hangs_on_peer ? "the other end uses TCP timestamps" : "", left_of(cure.outlook),
        left_of(now)};
    // How many of the closes a further address would get, nobody knows.
    if (aim == Aim::projected && cure.remedy != Remedy::further_address) {
        told.projected = projected_of(cure.outlook);
        told.projected_instead_of = projected_of(now);
    }
    return told;
}

/// If ports are left now, it was where the closes lead that raised the alarm.
Aim aim_of(const PortsSituation& situation, const PortsJudgement& judgement)
{
    const std::size_t used =
        judgement.in_doubt == InDoubt::used ? situation.worst.used_most : situation.worst.used;
    const double usage =
        plugin::percentage(std::min(used, situation.range_size), situation.range_size);
    return plugin::judge(usage, judgement.usage).state == plugin::State::ok ? Aim::projected
                                                                            : Aim::left;
}

} // namespace

void tell_ports_cures(const sockets::Snapshot& snapshot, const ports::Census& census,
                      const PortsSituation& situation, const PortsJudgement& judgement,
                      plugin::Report& report)
{
    const Aim aim = aim_of(situation, judgement);
    const ports::TupleUsage& usage = aim == Aim::left ? situation.worst : situation.worst_projected;
    std::vector<ToldCure> cures;
    if (report.state != plugin::State::ok && usage.used_most > 0) {
        const Outlook now = ports::look_out(usage, situation.range_size);
        for (const Cure& cure :
             ports::find_cures(snapshot, census, usage, situation.connections, aim))
            cures.push_back(tell(cure, now, snapshot.settings, aim));
        if (usage.established + usage.other > usage.used / 2)
            report.details.emplace_back("Most of these ports carry open connections: share them "
                                        "in a pool, or look for a program that does not close "
                                        "them.");
    }
    const std::string whom = usage.connections() == 0
                                 ? "to any destination"
                                 : fmt::format("from {} to {}", usage.tuple.source.text(),
                                               net::format_destination(usage.tuple));
    tell_cures(fmt::format("What would help {}, best first:", whom), std::move(cures),
               cured_ports(), report);
}

} // namespace checks
