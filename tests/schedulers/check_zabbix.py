#!/usr/bin/env python3
"""Imports the template into a Zabbix server by its API, links the monitored host, and waits for what
an administrator would see: values, the discovered tuple, problems that are raised and resolved.

Then reports with times of their own are sent: bursts, and a fleet of 500 hosts.

Usage: check_zabbix.py SOURCE [HOST.png FLEET.png], in the build folder. The pictures are of the
dashboards (zabbix_pictures.py).
"""

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import program
import system
import zabbix_agents
import zabbix_fleet
import zabbix_patience
import zabbix_pictures
from host import Host
from zabbix_server import ZabbixServer
from zabbix_trapper import Trapper

UNPACKED = "packages/zabbix-frontend"
TEMPLATE = "/usr/share/monitoring-plugins-ephemeral/integrations/zabbix/template_ephemeral_ports.yaml"
FIRST_TEMPLATE = "tests/fixtures/zabbix_template_of_the_first_release.yaml"
NAME = "Ephemeral ports"

# Filled only where the check is asked for them.
WITHOUT_VALUE = {"ephemeral.probe.search_time", "ephemeral.probe.udp_search_time"}

# Its figures are times, which differ with each look.
NEVER_THE_SAME = {"probe"}

EVERYTHING = {"createMissing": True, "updateExisting": True}

WIDE, NARROW = "20000 60999", "40000 40063"


class Monitored:
    """The host as the server sees it."""

    def __init__(self, server):
        self.server = server
        group = server.call("hostgroup.create", name="Tests")["groupids"][0]
        [template] = server.call("template.get", filter={"host": NAME})
        self.id = server.call(
            "host.create", host="app1", groups=[{"groupid": group}],
            templates=[{"templateid": template["templateid"]}],
            macros=[{"macro": "{$EPHEMERAL.INTERVAL}", "value": "1s"},
                    # One value more is a second here, and a check may be late by that.
                    {"macro": "{$EPHEMERAL.LASTING.CONSEQUENCE}", "value": "#8"},
                    {"macro": "{$EPHEMERAL.INTERVAL.SLOW}", "value": "2s"},
                    {"macro": "{$EPHEMERAL.FORECAST.WINDOW}", "value": "20s"},
                    {"macro": "{$EPHEMERAL.NODATA}", "value": "30s"},
                    {"macro": "{$EPHEMERAL.NODATA.SLOW}", "value": "30s"}],
            interfaces=[{"type": 1, "main": 1, "useip": 1, "ip": "127.0.0.1", "dns": "",
                         "port": "10050"}])["hostids"][0]

    def items(self):
        return {item["key_"]: item for item in self.server.call(
            "item.get", hostids=self.id, output=["key_", "lastvalue", "lastclock", "state", "error"])}

    def problems(self):
        return {problem["name"] for problem in self.server.call("problem.get", hostids=self.id,
                                                                output=["name"])}

    def set_macro(self, name, value):
        """Another value than the template's, or that one again for None."""
        for known in self.server.call("usermacro.get", hostids=self.id, filter={"macro": name}):
            self.server.call("usermacro.delete", known["hostmacroid"])
        if value is not None:
            self.server.call("usermacro.create", hostid=self.id, macro=name, value=value)

    def states_since(self, check, start):
        """What the check said from then on, the latest first."""
        item = self.server.call("item.get", hostids=self.id, output=["itemid"],
                                filter={"key_": f"ephemeral.{check}.state"})[0]["itemid"]
        return [value["value"] for value in self.server.call(
            "history.get", itemids=item, history=3, time_from=start, sortfield="clock",
            sortorder="DESC", limit=20)]


def import_template(server, path=TEMPLATE):
    """True, if all went well. Zabbix 6.2 parted templates' groups from those of hosts."""
    groups = ["template_groups", "host_groups"] if server.version >= (6, 2) else ["groups"]
    rules = {group: {"createMissing": True} for group in groups}
    for what in ("templates", "items", "triggers", "graphs", "valueMaps", "discoveryRules",
                 "templateDashboards"):
        rules[what] = EVERYTHING
    with open(path) as file:
        return server.call("configuration.import", format="yaml", rules=rules, source=file.read())


def identities(server):
    """What the server keeps values, events and the user's own changes by: each thing's number, by the
    UUID that an import finds it by."""
    [template] = server.call("template.get", filter={"host": NAME})
    found = {}
    for kind, number in (("item", "itemid"), ("graph", "graphid"), ("trigger", "triggerid"),
                         ("discoveryrule", "itemid")):
        for thing in server.call(f"{kind}.get", templateids=template["templateid"],
                                 output=[number, "uuid"]):
            found[kind, thing["uuid"]] = thing[number]
    return found


def test_upgrade(tally, server, first):
    """A server that has the first release's template is given the present one."""
    tally.equal("the template of the first release is imported", import_template(server, first), True)
    before = identities(server)
    tally.equal("the template is imported", import_template(server), True)
    after = identities(server)
    changed = {thing: (kept, after.get(thing)) for thing, kept in before.items()
               if after.get(thing) != kept}
    tally.check(f"an upgrade keeps {len(before)} items, triggers and graphs",
                len(before) > 60 and not changed, changed)


def set_range(host, ports):
    """Without the connections, whose ports would lie outside."""
    host.connect(0)
    host.set("ip_local_port_range", ports)


def wait_for(look, wanted, seconds=40):
    """What `look()` returns once `wanted` likes it, or at the end of the time."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if wanted(found) or time.monotonic() > end:
            return found
        time.sleep(0.3)


def test_values(tally, host, monitored, checks):
    items = wait_for(monitored.items, lambda items: all(
        item["lastclock"] != "0" for key, item in items.items() if key not in WITHOUT_VALUE))
    for key, item in sorted(items.items()):
        if key not in WITHOUT_VALUE:
            tally.check(f"{key} has a value", item["lastclock"] != "0" and item["state"] == "0",
                        item["error"] or "none yet")
    for check in checks - NEVER_THE_SAME:
        _, output = host.run([f"/usr/lib/nagios/plugins/check_ephemeral_{check}",
                              "--output-format=json"], "zabbix")
        for label, metric in json.loads(output)["metrics"].items():
            key = f"ephemeral.{check}.{label}"
            tally.equal(f"{key} is what the check says",
                        float(items.get(key, {}).get("lastvalue", "nan")), float(metric["value"]))


def expect_problem(tally, monitored, name, raised=True, seconds=40):
    """One whose name begins so."""

    def is_as_expected(problems):
        return any(problem.startswith(name) for problem in problems) == raised

    found = wait_for(monitored.problems, is_as_expected, seconds)
    tally.check(f"the problem \"{name}\" is {'raised' if raised else 'resolved'}",
                is_as_expected(found), sorted(found))


OUT = "Ephemeral ports are running out"
NO_BIND = "Ephemeral ports are running out for bind()"
REFUSED = "The kernel gives no ephemeral port, or searches long for it"


def test_problems(tally, host, monitored):
    small = "The range of ephemeral ports is small (below 5000)"
    blind = "check_ephemeral_ports cannot tell"

    set_range(host, NARROW)
    host.connect(45)
    expect_problem(tally, monitored, OUT + " (above 66%): 127.0.0.1:5432 from 127.0.0.1")
    expect_problem(tally, monitored, small)
    host.connect(64)
    expect_problem(tally, monitored, OUT + " (above 90%): 127.0.0.1:5432 from 127.0.0.1")
    test_discovery(tally, monitored, 64)
    test_quiet(tally, monitored)

    host.mask_range(True)
    expect_problem(tally, monitored, blind)
    host.mask_range(False)
    set_range(host, WIDE)
    for name in (blind, OUT, small):
        expect_problem(tally, monitored, name, raised=False)


def test_quiet(tally, monitored):
    """While the ports are gone, what follows from it raises no problem of its own."""
    start = int(time.time())
    said = wait_for(lambda: monitored.states_since("probe", start),
                    lambda states: states[:10] == ["1"] * 10)
    tally.equal("the kernel refuses bind() a port, which nobody here misses", said[:10], ["1"] * 10)
    problems = monitored.problems()
    tally.check("its refusal and the ports of bind() are quiet while the ports are gone",
                not any(problem.startswith((NO_BIND, REFUSED)) for problem in problems),
                sorted(problems))


def test_consequences_alone(tally, host, monitored):
    """They are raised if the ports of connect() do not explain them."""
    set_range(host, NARROW)
    host.bind_datagrams(range(40000, 40064))
    monitored.set_macro("{$EPHEMERAL.PROBE.OPTIONS}", "--bind -w 0")
    expect_problem(tally, monitored, NO_BIND + " (above 90%)")
    expect_problem(tally, monitored, REFUSED)
    host.bind_datagrams([])
    monitored.set_macro("{$EPHEMERAL.PROBE.OPTIONS}", None)
    expect_problem(tally, monitored, NO_BIND, raised=False)
    expect_problem(tally, monitored, REFUSED, raised=False)


def test_tuple(tally, host, monitored):
    """A threshold for one destination alone."""
    threshold = '{$EPHEMERAL.PORTS.USAGE.WARN:"127.0.0.1:5432"}'
    name = "Ephemeral ports from 127.0.0.1 to 127.0.0.1:5432 are running out (above 20%)"
    monitored.set_macro(threshold, "20")
    host.connect(25)
    expect_problem(tally, monitored, name)
    problems = monitored.problems()
    tally.check("a destination with its own threshold has a problem of its own",
                not any(problem.startswith(OUT) for problem in problems), sorted(problems))
    host.connect(0)
    # What is no longer reported is known by its silence.
    expect_problem(tally, monitored, name, raised=False, seconds=100)
    monitored.set_macro(threshold, None)


def test_forecast(tally, host, monitored):
    """A leak of five ports a second, of which 512 last less than an hour."""
    gone = "Ephemeral ports will be gone within 1h"
    set_range(host, "40000 40511")
    for count in range(150, 300, 5):
        host.connect(count)
        if any(problem.startswith(gone) for problem in monitored.problems()):
            break
        time.sleep(1)
    expect_problem(tally, monitored, gone)
    set_range(host, WIDE)
    expect_problem(tally, monitored, gone, raised=False)


def test_silence(tally, host, monitored, checks):
    """The agent no longer answers."""
    host.stop()
    for check in checks:
        # The server looks for missing data every 30 s.
        expect_problem(tally, monitored, f"check_ephemeral_{check} cannot tell", seconds=100)


def test_discovery(tally, monitored, used):
    key = 'ephemeral.tuple.used["127.0.0.1","127.0.0.1:5432"]'
    found = wait_for(monitored.items,
                     lambda items: items.get(key, {}).get("lastvalue") == str(used))
    tally.equal("the worst tuple is discovered, and its ports are counted",
                found.get(key, {}).get("lastvalue"), str(used))


def test_template(tally, server, monitored):
    graphs = server.call("graph.get", hostids=monitored.id, output=["name"])
    tally.check("the graph of the discovered tuple is there",
                any("127.0.0.1:5432" in graph["name"] for graph in graphs), graphs)
    triggers = server.call("trigger.get", hostids=monitored.id, output=["description", "error"],
                           filter={"status": 0})
    wrong = [trigger for trigger in triggers if trigger["error"]]
    tally.check("every trigger can be evaluated", triggers and not wrong, wrong)
    tally.equal("the template can be imported again", import_template(server), True)


def test_inside(tally, folder, package, frontend, first, *pictures):
    # Opened here, because the folder is out of reach later.
    targets = [open(picture, "wb") for picture in pictures]
    package, frontend, first = system.enter_copy(folder, [package, frontend, first])
    complaint = system.install_ours(package)
    if not tally.check("the package is installed", not complaint, complaint):
        return
    host = Host()
    set_range(host, WIDE)
    host.connect(12)
    # Whom nobody but the server asks.
    checks = set(zabbix_agents.start_agent(host, None).items)
    server = ZabbixServer(frontend + "/usr/share/zabbix")
    try:
        server.start()
        tally.note("server and frontend run")
        test_upgrade(tally, server, first)
        monitored = Monitored(server)
        test_values(tally, host, monitored, checks)
        tally.note("items have values")
        test_problems(tally, host, monitored)
        test_consequences_alone(tally, host, monitored)
        test_tuple(tally, host, monitored)
        test_forecast(tally, host, monitored)
        tally.note("problems came and went")
        test_template(tally, server, monitored)
        test_silence(tally, host, monitored, checks)
        tally.note("the agent's silence was noticed")
        trapper = Trapper(server, NAME)
        zabbix_patience.test(tally, host, server, trapper)
        tally.note("bursts were told of")
        fleet = zabbix_fleet.test(tally, host, server, trapper)
        tally.note("the fleet was looked at")
        if targets:
            zabbix_pictures.take_both(tally, server, trapper, host, fleet, targets)
    finally:
        server.stop()
        host.stop()


def prepare(source, *pictures):
    source = os.path.abspath(source)
    system.require_host()
    system.install(source, "deb")
    build = system.Build(source)
    system.install(source, "zabbix", *(["picture"] if pictures else []))
    system.unpack("zabbix-frontend-php", UNPACKED)
    return [build.finish(), os.path.abspath(UNPACKED), os.path.join(source, FIRST_TEMPLATE), *pictures]


if __name__ == "__main__":
    sys.exit(program.main(__file__, sys.argv[1:], "the Zabbix server", prepare, test_inside))
