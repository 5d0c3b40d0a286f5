#include "plugins/timewait_description.h"

#include "plugins/timewait_cures.h"
#include "plugins/tuple_columns.h"

namespace checks {

using plugin::Alert;
using plugin::Kind;

plugin::TableMeaning timewait_table()
{
    using Role = plugin::Column::Role;
    return {"makers", "The tuples with the most TIME_WAITs",
            with_tuple_columns(
                {{"time_wait", "TIME_WAIT", "TIME_WAITs of this tuple", Kind::count, Role::series},
                 {"reusable", "reusable", "Those of them that connect() would take over"},
                 {"close_rate", "closes/s",
                  "Connections of this tuple that this host closes first, per second", Kind::rate,
                  Role::series},
                 {"minute_close_rate", "mean", "The same, over the last minute", Kind::rate},
                 {"ages", "60 s ago .. now",
                  "Connections that were closed in each 3 s of the last minute, the oldest first",
                  Kind::counts}}),
            "tuple"};
}

plugin::Description describe_timewait()
{
    return {
        .name = "check_ephemeral_timewait",
        .service = "EPHEMERAL TIMEWAIT",
        .question = "how much TIME_WAIT is there, from whom, and how fast is it made?",
        .examples =
            "  check_ephemeral_timewait\n"
            "      WARNING above 80 % of tcp_max_tw_buckets, and a list of the destinations\n"
            "      with the most\n"
            "  check_ephemeral_timewait --detail=none -w 20000 -c 30000\n"
            "      judges the number alone; costs nothing, however many sockets there are\n"
            "  check_ephemeral_timewait --top 20\n"
            "      lists the twenty destinations with the most\n",
        .metrics = {{"time_wait", "in TIME_WAIT",
                     "Connections in TIME_WAIT, in this network namespace, as the kernel counts "
                     "them (including FIN_WAIT2 that no program holds)",
                     Kind::count, "tcp_max_tw_buckets"},
                    {"time_wait_ephemeral", "in TIME_WAIT on ephemeral ports",
                     "Connections in TIME_WAIT on ephemeral ports"},
                    {"reusable", "that connect() would take over",
                     "TIME_WAITs that connect() would take over, unless their port is held"},
                    {"close_rate", "closes per second",
                     "Connections on ephemeral ports that this host closes first, per second, over "
                     "the last 5 s, or less if that covers 100 closes",
                     Kind::rate},
                    {"worst_time_wait", "in TIME_WAIT, of the worst destination",
                     "TIME_WAITs of the tuple with the most"},
                    {"overflows", "closed without TIME_WAIT for lack of room",
                     "Connections that ended without TIME_WAIT for lack of room, since start",
                     Kind::counter},
                    {"range_size", "usable ports",
                     "Usable ports: the range without the reserved ones"}},
        .tables = {timewait_table(), cures_table(cured_time_wait())},
        .alerts =
            {{.metric = "time_wait",
              .when = Alert::When::above_share_of_maximum,
              .urgency = Alert::Urgency::ticket,
              .problem = "TIME_WAIT fills tcp_max_tw_buckets",
              .consequence = "At tcp_max_tw_buckets the kernel ends connections without TIME_WAIT.",
              .warning = "80",
              .critical = "95",
              .setting = "share",
              .unit = "% of net.ipv4.tcp_max_tw_buckets",
              .cause = "check_ephemeral_ports"},
             {.metric = "overflows",
              .when = Alert::When::grows,
              .urgency = Alert::Urgency::ticket,
              .problem = "Connections were closed without TIME_WAIT",
              .consequence =
                  "tcp_max_tw_buckets was reached: a late segment may reach the next connection on "
                  "the same ports.",
              .cause = "check_ephemeral_ports"}},
        .services = {{"Ephemeral TIME_WAIT"}}};
}

} // namespace checks
