#include "plugins/namespaces_description.h"

#include "plugins/ports_cures.h"

namespace checks {

using plugin::Alert;
using plugin::Kind;
using plugin::sometimes;

plugin::TableMeaning namespaces_table()
{
    using Role = plugin::Column::Role;
    return {
        "namespaces",
        "The network namespaces whose sockets were read, the worst first, each with its worst "
        "destination",
        {{"used", "used", "Ports that its worst tuple uses", Kind::count, Role::series},
         {"left", "left", "Ports that connect() has left for that tuple", Kind::count,
          Role::series},
         sometimes({"used_most", "used at most", "Ports that its worst tuple uses, at most",
                    Kind::count, Role::series}),
         sometimes({"left_least", "left at least",
                    "Ports that connect() has left for that tuple, at least", Kind::count,
                    Role::series}),
         {"usage", "", "Share of the usable ports that its worst tuple uses", Kind::share,
          Role::series},
         sometimes({"usage_most", "",
                    "Share of the usable ports that its worst tuple uses, at most", Kind::share,
                    Role::series}),
         {"range_size", "of", "Usable ports: its range without its reserved ones"},
         {"namespace", "namespace", "The namespace, as people know it", Kind::text, Role::label},
         {"number", "", "The number of its inode, as lsns shows it", Kind::text, Role::label},
         sometimes(
             {"source", "from", "Source address; left out if nothing is connected", Kind::text}),
         sometimes(
             {"destination", "to", "Destination with its port, and device if any", Kind::text})},
        "network_namespace"};
}

plugin::Description describe_namespaces()
{
    return {
        .name = "check_ephemeral_namespaces",
        .service = "EPHEMERAL NAMESPACES",
        .question = "which network namespace (container, pod) of this host has the fewest ports "
                    "left, and for whom?",
        .examples = "  check_ephemeral_namespaces\n"
                    "      WARNING above 66 % of the ports used towards one destination in any\n"
                    "      network namespace, CRITICAL above 90 %\n"
                    "  sudo check_ephemeral_namespaces --exclude host\n"
                    "      also looks into other users' namespaces, and leaves the host's own to\n"
                    "      check_ephemeral_ports\n"
                    "  sudo check_ephemeral_namespaces --namespace 'shop/*' -w 50\n"
                    "      watches the pods of one Kubernetes namespace alone\n",
        .metrics = {{"usage", "used, in the worst namespace",
                     "Share of its usable ports that the worst tuple of the worst namespace uses",
                     Kind::share, "100"},
                    {"used", "used ports in the worst namespace",
                     "Ports that the worst tuple of the worst namespace uses", Kind::count,
                     "range_size"},
                    {"left", "ports left in the worst namespace",
                     "Ports that connect() has left for that tuple", Kind::count, "range_size"},
                    {"range_size", "usable ports of the worst namespace",
                     "Usable ports of the worst namespace: its range without its reserved ones"},
                    {"namespaces", "network namespaces", "Network namespaces that were found"},
                    {"walked", "namespaces walked",
                     "Those of them whose sockets were read; the others have too few to matter"},
                    {"unseen", "namespaces unseen", "Those of them that cannot be looked into"}},
        .tables = {namespaces_table(), cures_table(cured_ports())},
        .alerts = {{.metric = "usage",
                    .when = Alert::When::above,
                    .urgency = Alert::Urgency::page,
                    .problem = "Ephemeral ports are running out in a network namespace",
                    .consequence = "connect() to the worst destination will fail there with "
                                   "\"Cannot assign requested address\" once all are used.",
                    .warning = "66",
                    .critical = "90",
                    .setting = "usage",
                    .unit = "% of the usable ports",
                    .cause = "check_ephemeral_ports"}},
        .services = {{"Ephemeral ports of namespaces", "--if-refused=ok"}}};
}

} // namespace checks
