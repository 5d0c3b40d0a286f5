#include "plugins/probe_description.h"

#include "plugins/probe_finding.h"

namespace checks {

using plugin::Alert;
using plugin::Kind;
using plugin::sometimes;
using Call = kernel::PortRequest::Call;

plugin::TableMeaning probe_table()
{
    return {
        "answers",
        "What the kernel answered to each question, the worst first",
        {{"call", "call", "The system call that was tried", Kind::text},
         {"asked", "asked", "How often it was tried"},
         {"refused", "refused", "How often the kernel gave no port"},
         sometimes({"search_time", "", "How long the kernel searched, the median", Kind::seconds}),
         sometimes({"search_microseconds", "search us", "The same", Kind::microseconds}),
         {"source", "from", "Source address, if one was asked for", Kind::text},
         {"address", "address", "Destination; the address to bind to, for bind()", Kind::text}}};
}

plugin::Description describe_probe()
{
    return {
        .name = "check_ephemeral_probe",
        .service = "EPHEMERAL PROBE",
        .question =
            "would the kernel give a port for this destination now, and how long does it search? "
            "No packet is sent.",
        .examples = "  check_ephemeral_probe 10.0.0.5:5432\n"
                    "      CRITICAL if connect() to the database would get no port\n"
                    "  check_ephemeral_probe -w 0.001 -c 0.01 10.0.0.5:5432 [2001:db8::5]:5432\n"
                    "      also WARNING if the search takes longer than a millisecond\n"
                    "  check_ephemeral_probe --protocol udp 10.0.0.53:53\n"
                    "      tells whether a DNS query would get a port\n"
                    "  check_ephemeral_probe --bind --source 10.0.0.1\n"
                    "      tells whether bind(10.0.0.1, 0) would get a port\n",
        .metrics =
            {{checks::kind_of(Call::tcp_connect).label, "search time of connect()",
              "How long connect() searches for a TCP port, at worst", Kind::seconds},
             {checks::kind_of(Call::udp_connect).label, "search time of UDP connect()",
              "How long connect() searches for a UDP port, at worst; with --protocol udp or all",
              Kind::seconds},
             {checks::kind_of(Call::tcp_bind).label, "search time of bind()",
              "How long bind() to the wildcard address searches for a TCP port; "
              "with --bind",
              Kind::seconds}},
        .tables = {probe_table()},
        .alerts = {{.when = Alert::When::not_ok,
                    .urgency = Alert::Urgency::page,
                    .problem = "The kernel gives no ephemeral port, or searches long for it",
                    .consequence = "check_ephemeral_probe asked the kernel for one.",
                    .cause = "check_ephemeral_ports"}},
        .services = {{"Ephemeral probe", "--bind"},
                     {"Ephemeral port for the database", "192.0.2.20:5432"}}};
}

} // namespace checks
