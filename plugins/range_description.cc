#include "plugins/range_description.h"

#include "plugins/live_owners.h"
#include "plugins/range_cures.h"

namespace checks {

using plugin::Alert;
using plugin::Kind;

plugin::TableMeaning range_table()
{
    return {"services",
            "The services that listen inside the range, on no reserved port",
            {{"service", "listens on", "Protocol, address and port", Kind::text},
             {"sockets", "sockets", "Sockets that listen there"},
             {"user", "uid", "The number of the user who owns them"},
             owners_column()}};
}

plugin::TableMeaning range_owners_table()
{
    return owners_table({{"service", "", "Protocol, address and port", Kind::text}});
}

plugin::Description describe_range()
{
    return {
        .name = "check_ephemeral_range",
        .service = "EPHEMERAL RANGE",
        .question = "is the range large enough, and does a service's own port lie in it?",
        .examples = "  check_ephemeral_range\n"
                    "      WARNING below 10000 usable ports, CRITICAL below 5000\n"
                    "  check_ephemeral_range --services-warning 0\n"
                    "      also alerts if a service listens in the range on an unreserved port\n"
                    "  check_ephemeral_range -w 16384: -c 16384: --rfc6335\n"
                    "      wants all the dynamic ports of RFC 6335, and no others\n",
        .metrics = {{"range_size", "usable ports",
                     "Usable ports: the range without the reserved ones"},
                    {"reserved", "reserved ports", "Reserved ports inside the range"},
                    {"low", "first port", "The range's first port"},
                    {"high", "last port", "The range's last port"},
                    {"services_in_range", "services in the range",
                     "Services that listen inside the range, on no reserved port: with a TCP "
                     "listener, or with several UDP sockets without a peer"}},
        .tables = {range_table(), range_owners_table(), cures_table(cured_range())},
        .alerts =
            {{.metric = "range_size",
              .when = Alert::When::below,
              .urgency = Alert::Urgency::ticket,
              .problem = "The range of ephemeral ports is small",
              .consequence = "Widen net.ipv4.ip_local_port_range, or reserve less.",
              .warning = "10000",
              .critical = "5000",
              .setting = "size",
              .unit = "Usable ports"},
             {.metric = "services_in_range",
              .when = Alert::When::above,
              .urgency = Alert::Urgency::off,
              .problem = "A service's own port lies in the range of ephemeral ports",
              .consequence =
                  "Its next start may fail if the kernel has given its port away: reserve it in "
                  "net.ipv4.ip_local_reserved_ports. Few want this alert, because services that "
                  "asked "
                  "for any port look the same.",
              .warning = "0",
              .setting = "services",
              .unit = "Services in the range"}},
        .services = {{"Ephemeral range", "", 60}}};
}

} // namespace checks
