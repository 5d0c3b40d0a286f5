// What a check says of itself, apart from its options: the start of `--help`, of its manual page
// and of all that it prints; and what schedulers are told of it. From here come NRPE's, Nagios',
// Icinga's and Zabbix' files in integrations/, so that a check is described in one place.
#pragma once

#include <string>
#include <vector>

#include "common/plugin/meaning.h"

namespace plugin {

/// When to alert, for schedulers that judge the figures themselves, as Zabbix does.
struct Alert {
    enum class When { above, below, above_share_of_maximum, grows, not_ok };
    enum class Urgency {
        page,   ///< critical wakes somebody
        ticket, ///< even critical can wait until the morning
        off     ///< switched off: few want it
    };

    std::string metric = {}; ///< its label; empty if it is the check's state
    When when = When::above;
    Urgency urgency = Urgency::page;
    std::string problem = {};     ///< "Ephemeral ports are running out"
    std::string consequence = {}; ///< what happens then, or what to do, in a sentence or two
    std::string warning = {};     ///< threshold, a number; empty if there is none
    std::string critical = {};    ///< the same
    std::string setting = {};     ///< what the thresholds are called where they are set: "usage"
    std::string unit = {};        ///< what they count: "% of the usable ports"
    std::string forecast = {};    ///< "Ephemeral ports": whose end is forecast, by `left`

    /// The check whose CRITICAL explains this alert, which is quiet then: "check_ephemeral_ports".
    std::string cause = {};
};

/// How a scheduler runs the check.
struct Service {
    std::string title;          ///< "Ephemeral ports"
    std::string arguments = {}; ///< as on a command line
    int minutes = 1;            ///< between two runs
};

struct Description {
    std::string name;     ///< the program's: "check_ephemeral_ports"
    std::string service;  ///< how its output begins: "EPHEMERAL PORTS"
    std::string question; ///< the question that it answers, a sentence or two
    std::string examples; ///< worked examples for the end of `--help`, each line at most 80 wide
    std::vector<MetricMeaning> metrics = {}; ///< all that it may report, in their order

    std::vector<TableMeaning> tables = {}; ///< the same
    std::vector<Alert> alerts = {};

    /// The first one suits every host; the others are examples for one that has a database at
    /// 192.0.2.20:5432.
    std::vector<Service> services = {};
};

} // namespace plugin
