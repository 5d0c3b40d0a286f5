#include "plugins/binds_description.h"

#include "plugins/binds_cures.h"
#include "plugins/live_owners.h"

namespace checks {

using plugin::Alert;
using plugin::Kind;
using plugin::sometimes;

plugin::TableMeaning binds_table()
{
    using Role = plugin::Column::Role;
    return {
        "addresses",
        "The local addresses with the fewest ports left, of each protocol",
        {{"protocol", "protocol", "TCP or UDP", Kind::text, Role::label},
         {"used", "used", "Ports that bind() to this address cannot get", Kind::count,
          Role::series},
         {"left", "left", "Ports that bind() to this address has left", Kind::count, Role::series},
         sometimes({"used_most", "used at most", "Ports that bind() cannot get, at most",
                    Kind::count, Role::series}),
         sometimes({"left_least", "left at least", "Ports that bind() has left, at least",
                    Kind::count, Role::series}),
         {"connected", "connected", "Of the used ones: ports with a connected socket"},
         {"time_wait", "TIME_WAIT", "Of the used ones: ports with a TIME_WAIT"},
         {"listening", "listening", "Of the used ones: ports with a listener"},
         {"bound", "bound", "Of the used ones: ports with a socket that is bound only"},
         {"address", "address", "The local address; :: and 0.0.0.0 conflict with all others",
          Kind::text, Role::label},
         owners_column()},
        "address"};
}

plugin::TableMeaning binds_owners_table()
{
    return owners_table({{"protocol", "", "TCP or UDP", Kind::text},
                         {"address", "", "The local address", Kind::text}});
}

plugin::Description describe_binds()
{
    return {
        .name = "check_ephemeral_binds",
        .service = "EPHEMERAL BINDS",
        .question =
            "how many ports have bind(address, 0) and UDP left? The wildcard address is judged: it "
            "conflicts with all others and runs out first.",
        .examples = "  check_ephemeral_binds\n"
                    "      WARNING above 66 % of the ports used, TCP or UDP, CRITICAL above 90 %;\n"
                    "      for TCP, CRITICAL only if a program here binds\n"
                    "  check_ephemeral_binds --if-nobody-binds=critical\n"
                    "      CRITICAL above 90 %, whoever uses the ports\n"
                    "  check_ephemeral_binds --protocol udp -w 50 -c 80\n"
                    "      watches the ports that DNS queries leave from\n",
        .metrics = {{"usage", "used, the worse of TCP and UDP",
                     "Share of the usable ports that are used, the worse of TCP and UDP",
                     Kind::share, "100"},
                    {"left", "left, the worse of TCP and UDP",
                     "Ports that are left, the worse of TCP and UDP", Kind::count, "range_size"},
                    {"tcp_usage", "used by TCP",
                     "Share of the usable TCP ports that bind() cannot get", Kind::share, "100"},
                    {"tcp_left", "left to TCP", "TCP ports that bind() has left", Kind::count,
                     "range_size"},
                    {"udp_usage", "used by UDP", "Share of the usable UDP ports that are used",
                     Kind::share, "100"},
                    {"udp_left", "left to UDP", "UDP ports that are left", Kind::count,
                     "range_size"},
                    {"range_size", "usable ports",
                     "Usable ports: the range without the reserved ones"}},
        .tables = {binds_table(), binds_owners_table(), cures_table(cured_binds())},
        .alerts =
            {{.metric = "usage",
              .when = Alert::When::above,
              .urgency = Alert::Urgency::page,
              .problem = "Ephemeral ports are running out for bind()",
              .consequence =
                  "bind() to port 0 will fail with \"Address already in use\", UDP with \"Resource "
                  "temporarily unavailable\" once all are used.",
              .warning = "66",
              .critical = "90",
              .setting = "usage",
              .unit = "% of the usable ports",
              .forecast = "Ephemeral ports for bind()",
              .cause = "check_ephemeral_ports"}},
        .services = {{"Ephemeral binds"}}};
}

} // namespace checks
