#include "plugins/held_inquiry.h"

#include <algorithm>

#include <fmt/format.h>

namespace checks {
namespace {

/// Those of the ports without a socket that are held all the same.
net::PortSet find_hidden(const sockets::Snapshot& snapshot, const ports::HeldPorts& shown,
                         kernel::Oracle& oracle)
{
    if (shown.hidden == 0)
        return {};
    const net::PortSet occupied = shown.known | shown.doubtful;
    return oracle.held_among(snapshot.settings.found_by_tcp() - occupied, shown.hidden);
}

} // namespace

plugin::Option held_option(HeldPolicy& target)
{
    return plugin::choice_option(
        "held",
        "ask the kernel which ports are held (ask), or count only those that the sockets show and "
        "give both ends of what is left (count)",
        plugin::Choices<HeldPolicy>{{"ask", HeldPolicy::ask}, {"count", HeldPolicy::count}},
        target);
}

HeldInquiry inquire_held(const sockets::Snapshot& snapshot, HeldPolicy policy,
                         kernel::Oracle& oracle)
{
    HeldInquiry inquiry = {ports::find_shown_as_held(snapshot), {}};
    if (policy == HeldPolicy::count || inquiry.held.is_exact())
        return inquiry;
    try {
        net::PortSet known = inquiry.held.known | oracle.held_among(inquiry.held.doubtful);
        known |= find_hidden(snapshot, inquiry.held, oracle);
        inquiry.held = {known, {}, 0};
    } catch (const kernel::OracleUnavailable& error) {
        inquiry.obstacle = error.what();
    }
    return inquiry;
}

ports::HiddenPorts inquire_hidden(const sockets::Snapshot& snapshot, kernel::Oracle& oracle,
                                  std::string& obstacle)
{
    const std::size_t at_most = std::min(snapshot.hidden_at_most, snapshot.settings.range.size());
    try {
        const ports::HeldPorts shown = ports::find_shown_as_held(snapshot);
        ports::HiddenPorts hidden = {find_hidden(snapshot, shown, oracle), 0, {}};
        hidden.at_most = at_most - std::min(at_most, hidden.found.size());
        // The others share ports with sockets that are shown, if those are held.
        if (hidden.at_most > 0)
            hidden.among = shown.known | oracle.held_among(shown.doubtful);
        return hidden;
    } catch (const kernel::OracleUnavailable& error) {
        obstacle = error.what();
        return {{}, at_most, snapshot.settings.found_by_tcp()};
    }
}

std::string tell_doubt(const HeldInquiry& inquiry)
{
    if (inquiry.held.is_exact())
        return {};
    const std::string what = fmt::format("{} more ports may be held", inquiry.held.in_doubt());
    return inquiry.obstacle.empty()
               ? what + ": the kernel was not asked (--held=count)."
               : fmt::format("{}: the kernel could not be asked: {}.", what, inquiry.obstacle);
}

} // namespace checks
