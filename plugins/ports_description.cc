#include "plugins/ports_description.h"

#include "plugins/live_owners.h"
#include "plugins/ports_cures.h"
#include "plugins/tuple_columns.h"

namespace checks {

using plugin::Alert;
using plugin::Kind;
using plugin::sometimes;

plugin::TableMeaning ports_table()
{
    using Role = plugin::Column::Role;
    plugin::TableMeaning table = {
        "tuples", "The worst tuples, and the one with the highest projected usage",
        with_tuple_columns(
            {{"used", "used", "Ports that this tuple uses", Kind::count, Role::series},
             {"left", "left", "Ports that connect() has left for this tuple", Kind::count,
              Role::series},
             sometimes({"used_most", "used at most", "Ports that this tuple uses, at most",
                        Kind::count, Role::series}),
             sometimes({"left_least", "left at least", "Ports that connect() has left, at least",
                        Kind::count, Role::series}),
             {"usage", "", "Share of the usable ports that this tuple uses", Kind::share,
              Role::series},
             sometimes({"usage_most", "", "Share of the usable ports that this tuple uses, at most",
                        Kind::share, Role::series}),
             {"projected", "projected %",
              "Share of the usable ports that this tuple will use at the present rate", Kind::share,
              Role::series},
             sometimes(
                 {"projected_most", "projected at most %",
                  "Share of the usable ports that this tuple will use at the present rate, at most",
                  Kind::share, Role::series}),
             {"established", "established", "Connections that are open"},
             {"time_wait", "TIME_WAIT", "Connections in TIME_WAIT"},
             {"reusable", "reusable", "Those of them that connect() would take over: not used"},
             {"other", "other", "Connections in every other state, such as SYN_SENT"},
             {"held_by_others", "held by others",
              "Held ports on which the tuple has no connection itself"}}),
        "tuple"};
    table.columns.push_back(owners_column());
    return table;
}

plugin::Description describe_ports()
{
    return {
        .name = "check_ephemeral_ports",
        .service = "EPHEMERAL PORTS",
        .question = "how many ports has connect() left, for the worst (source address, destination "
                    "address, destination port)?",
        .examples =
            "  check_ephemeral_ports\n"
            "      WARNING above 66 % of the ports used towards one destination, CRITICAL\n"
            "      above 90 %\n"
            "  check_ephemeral_ports -w 50 -c 80 --destination 10.0.0.5:5432\n"
            "      watches the connections to one database alone\n"
            "  check_ephemeral_ports --projected-critical 100\n"
            "      also alerts if the ports that are left will not last at the present rate\n"
            "  check_ephemeral_ports --exclude 127.0.0.0/8 --exclude [::1] --top 10\n"
            "      leaves loopback out and lists the ten worst tuples\n",
        .metrics = {{"usage", "used, of the worst destination",
                     "Share of the usable ports that the worst tuple uses", Kind::share, "100"},
                    {"used", "used ports of the worst destination",
                     "Ports that the worst tuple uses", Kind::count, "range_size"},
                    {"left", "ports left to the worst destination",
                     "Ports that connect() has left for the worst tuple", Kind::count,
                     "range_size"},
                    {"held", "held ports",
                     "Ports that no connect() can get, whatever its destination; "
                     "left out if the kernel was not asked about all",
                     Kind::count, "range_size"},
                    {"projected", "projected usage",
                     "Share of the usable ports that a tuple will use within a minute at the "
                     "present rate of closes, for the tuple that will use the most; it can pass "
                     "100",
                     Kind::share},
                    {"range_size", "usable ports",
                     "Usable ports: the range without the reserved ones"},
                    {"time_wait", "connections in TIME_WAIT",
                     "Sockets in TIME_WAIT on these ports, reusable or not"},
                    {"tuples", "tuples",
                     "Tuples of source address, destination address and destination port in use"},
                    {"sockets", "connections", "Connections on these ports"}},
        .tables = {ports_table(), owners_table(with_tuple_columns({})), cures_table(cured_ports())},
        .alerts = {{.metric = "usage",
                    .when = Alert::When::above,
                    .urgency = Alert::Urgency::page,
                    .problem = "Ephemeral ports are running out",
                    .consequence = "connect() to the worst destination will fail with \"Cannot "
                                   "assign requested address\" once all are used.",
                    .warning = "66",
                    .critical = "90",
                    .setting = "usage",
                    .unit = "% of the usable ports",
                    .forecast = "Ephemeral ports"}},
        .services = {
            {"Ephemeral ports"},
            {"Ephemeral ports to the database", "-w 50 -c 80 --destination 192.0.2.20:5432"}}};
}

} // namespace checks
