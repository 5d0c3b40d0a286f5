#include "plugins/nat_description.h"

#include <utility>

namespace checks {

using plugin::Alert;
using plugin::Kind;
using plugin::sometimes;
using Role = plugin::Column::Role;

namespace {

/// What names a row's tuple.
std::vector<plugin::Column> with_nat_columns(std::vector<plugin::Column> own)
{
    own.insert(
        own.end(),
        {{"source", "from", "NAT address", Kind::text, Role::label},
         {"destination", "to", "Protocol, destination and its port, and the zone if it has one",
          Kind::text, Role::label},
         {"range", "ports", "Range that NAT takes the ports from", Kind::text, Role::label},
         {"protocol", "", "TCP or UDP", Kind::text},
         {"destination_address", "", "The destination's address alone", Kind::text},
         {"destination_port", "", "The destination's port alone"},
         {"zone", "", "Zone of connection tracking, or 0"}});
    return own;
}

} // namespace

plugin::TableMeaning nat_table()
{
    return {
        "tuples", "The worst tuples of NAT, and those that refuse the most, for certain or perhaps",
        with_nat_columns(
            {{"used", "used", "Ports that this tuple uses", Kind::count, Role::series},
             {"left", "left", "Ports of the range that are free", Kind::count, Role::series},
             {"usage", "", "Share of the range that this tuple uses", Kind::share, Role::series},
             {"refused", "refused %", "Share of new connections that is refused", Kind::share,
              Role::series},
             sometimes({"refused_most", "refused at most %",
                        "Share of new connections that is refused, at most", Kind::share,
                        Role::series}),
             {"projected", "", "Share of the range that it will use at the present rate of closes",
              Kind::share, Role::series},
             {"established", "established", "Connections that are open"},
             {"time_wait", "TIME_WAIT", "Connections in TIME_WAIT"},
             {"other", "other", "Connections in every other state"},
             {"close_rate", "closes/s", "Closes per second at present", Kind::rate},
             {"clients", "clients", "Addresses that its connections come from"}}),
        "nat_tuple"};
}

plugin::TableMeaning nat_clients_table()
{
    std::vector<plugin::Column> columns =
        with_nat_columns({{"client", "", "The client's address", Kind::text},
                          {"connections", "", "Connections of the row that it has"}});
    for (plugin::Column& column : columns) {
        column.heading.clear();
        column.role = Role::detail;
    }
    return {"clients", "The clients with the most connections of each row, most first",
            std::move(columns)};
}

plugin::Description describe_nat()
{
    return {
        .name = "check_ephemeral_nat",
        .service = "EPHEMERAL NAT",
        .question = "how many source ports has this host's NAT left for the worst (NAT address, "
                    "protocol, destination address, port), and what share of new connections does "
                    "it refuse?",
        .examples = "  check_ephemeral_nat\n"
                    "      WARNING above 66 % of the ports used or 0.1 % of new connections\n"
                    "      refused, CRITICAL above 90 % or 5 %\n"
                    "  check_ephemeral_nat --ports 32768-60999\n"
                    "      for a rule that ends in `masquerade to :32768-60999`\n"
                    "  check_ephemeral_nat --destination 10.0.0.5:443 --protocol tcp\n"
                    "      watches what is behind NAT towards one service alone\n",
        .metrics =
            {{"usage", "used, of the worst tuple", "Share of its range that the worst tuple uses",
              Kind::share, "100"},
             {"used", "used ports of the worst tuple", "Ports that the worst tuple uses",
              Kind::count, "range_size"},
             {"left", "ports left to the worst tuple", "Ports of its range that are free",
              Kind::count, "range_size"},
             {"refused", "refused connections",
              "Share of new connections that is refused, for the tuple that refuses the most",
              Kind::share, "100"},
             {"time_wait", "TIME_WAIT of the worst tuple", "Its connections in TIME_WAIT"},
             {"projected", "projected usage",
              "Share of its range that the worst tuple will use at the present rate of closes; it "
              "can pass 100",
              Kind::share},
             {"range_size", "ports of the range", "Ports that NAT may take"},
             {"tuples", "tuples of NAT",
              "Tuples of NAT address, protocol, destination address and port in use"},
             {"entries", "tracked connections", "Entries in this network namespace", Kind::count,
              "nf_conntrack_max"},
             {"table_usage", "table of tracked connections",
              "Share of nf_conntrack_max that these entries take up", Kind::share, "100"},
             {"insert_failed", "entries refused",
              "Packets dropped because their entry collided: no port was found, or a race was lost",
              Kind::counter},
             {"drop", "packets dropped",
              "Packets dropped because there was no room, or a collision", Kind::counter},
             {"early_drop", "entries evicted", "Entries evicted to make room in a full table",
              Kind::counter}},
        .tables = {nat_table(), nat_clients_table()},
        .alerts = {{.metric = "usage",
                    .when = Alert::When::above,
                    .urgency = Alert::Urgency::page,
                    .problem = "Source ports of NAT are running out",
                    .consequence = "New connections through NAT to the worst destination will be "
                                   "dropped: they time out.",
                    .warning = "66",
                    .critical = "90",
                    .setting = "usage",
                    .unit = "% of the ports"},
                   {.metric = "refused",
                    .when = Alert::When::above,
                    .urgency = Alert::Urgency::page,
                    .problem = "NAT refuses new connections",
                    .consequence = "The kernel looks at 248 ports and gives up, though others are "
                                   "free.",
                    .warning = "0.1",
                    .critical = "5",
                    .setting = "refused",
                    .unit = "% of new connections"},
                   {.metric = "table_usage",
                    .when = Alert::When::above,
                    .urgency = Alert::Urgency::page,
                    .problem = "The table of tracked connections is filling up",
                    .consequence = "Once it is full, packets of new connections are dropped. Raise "
                                   "net.netfilter.nf_conntrack_max.",
                    .warning = "80",
                    .critical = "90",
                    .setting = "table",
                    .unit = "% of nf_conntrack_max"}},
        .services = {{"Ephemeral ports of NAT", "--if-refused=ok"}}};
}

} // namespace checks
