#include "plugins/held_ports.h"

#include <fmt/format.h>

#include "common/kernel/oracle.h"

plugin::Option held_option(HeldPolicy& target)
{
    return plugin::choice_option(
        "held",
        "ask the kernel which ports are held unless the state is OK whatever it says (auto), "
        "always (ask), or count those that the sockets show (count)",
        plugin::Choices<HeldPolicy>{{"auto", HeldPolicy::where_it_matters},
                                    {"ask", HeldPolicy::ask},
                                    {"count", HeldPolicy::count}},
        target);
}

HeldInquiry inquire_held(const net::PortSet& doubtful, HeldPolicy policy, bool matters)
{
    using Outcome = HeldInquiry::Outcome;
    if (policy == HeldPolicy::count)
        return {Outcome::not_asked};
    if (policy == HeldPolicy::where_it_matters && !matters)
        return {Outcome::needless};
    try {
        return {Outcome::asked, kernel::Oracle().held_among(doubtful), doubtful.size()};
    } catch (const kernel::OracleUnavailable& error) {
        return {Outcome::unavailable, {}, 0, error.what()};
    }
}

std::string tell_held(const HeldInquiry& inquiry)
{
    using Outcome = HeldInquiry::Outcome;
    switch (inquiry.outcome) {
    case Outcome::asked:
        if (inquiry.questions == 0)
            return "Held ports: no port was in doubt.";
        return fmt::format("Held ports: the kernel was asked about {}, {} of them are held.",
                           inquiry.questions, inquiry.held.size());
    case Outcome::not_asked:
        return "Held ports: the kernel was not asked; only those that the sockets show are "
               "counted.";
    case Outcome::unavailable:
        return fmt::format("Held ports: the kernel could not be asked: {}.", inquiry.obstacle);
    case Outcome::needless:
        break;
    }
    return "Held ports: the kernel was not asked, as the state is OK whatever the answer.";
}
