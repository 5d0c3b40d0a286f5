#!/usr/bin/env python3
"""Runs the checks, installed from the package, in the real schedulers: NRPE, Icinga 2, Nagios, both
Zabbix agents, Prometheus with its node_exporter and an Alertmanager, with the files of integrations/ in
their places.

The monitored host, a network namespace, is brought into each state in turn; in each of them what
every scheduler got must be what the check says when it is run on the host itself.

Usage: check_schedulers.py SOURCE, in the build folder.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bursts
import icinga2
import nagios
import nrpe
import program
import prometheus
import system
import zabbix_agents
from host import Host

UNPACKED = "packages/zabbix-proxy"  # has zabbix_get, which has no package of its own
CLOSED = 3  # in TIME_WAIT on ephemeral ports, where a fleet's figures come from
BUCKETS = 20  # in TIME_WAIT, if there are to be some

# What the host is like: its range, its connections, and the room for TIME_WAIT.
CALM = {"range": "20000 60999", "connections": 5, "buckets": 10000}
SITUATIONS = {
    "idle": {"range": "20000 60999", "connections": 0, "buckets": 10000},
    "filling": {"range": "40000 40063", "connections": 45, "buckets": BUCKETS + 2},
    "full": {"range": "40000 40063", "connections": 64, "buckets": BUCKETS},
    "short of range": {"range": "40000 47999", "connections": 3, "buckets": 10000},
    "unreadable": {"masked": True},
}


def bring_into(host, situation):
    if situation.get("masked"):
        host.mask_range(True)
        return
    host.mask_range(False)
    host.connect(0)
    host.set("ip_local_port_range", situation["range"])
    host.connect(situation["connections"])
    host.set("tcp_max_tw_buckets", 10000)
    host.make_time_wait(BUCKETS)
    host.set("tcp_max_tw_buckets", situation["buckets"])


def prepare(source):
    """On the host itself: installs what is missing and builds the package."""
    source = os.path.abspath(source)
    system.require_host()
    system.install(source, "deb")
    build = system.Build(source)
    system.install(source, "schedulers")
    system.unpack("zabbix-proxy-sqlite3", UNPACKED)
    return [build.finish(), os.path.abspath(UNPACKED + "/usr/bin/zabbix_get")]


def test_inside(tally, folder, *paths):
    package, zabbix_get = system.enter_copy(folder, paths)
    complaint = system.install_ours(package)
    if not tally.check("the package is installed", not complaint, complaint):
        return
    tally.note("the package is installed")

    far_away = Host()  # whose scrapes do not show in the figures of the one that is watched
    bring_into(far_away, CALM)
    far_away.close(CLOSED)
    fleet = prometheus.start_fleet(far_away)
    tally.note("Prometheus has scraped a fleet")
    host = Host()
    bring_into(host, SITUATIONS["idle"])
    icinga = icinga2.Icinga2(host)
    core = nagios.Nagios(host)
    core.validate(tally)
    icinga.validate(tally)

    icinga.start()
    core.start()
    schedulers = [nrpe.Nrpe(host), zabbix_agents.start_agent(host, zabbix_get),
                  zabbix_agents.start_agent2(host, zabbix_get), core, icinga]
    try:
        for scheduler in schedulers:
            scheduler.wait()
            tally.note(f"{scheduler.name} runs")
        seen = {scheduler.name: set() for scheduler in schedulers}
        for name, situation in SITUATIONS.items():
            bring_into(host, situation)
            for scheduler in schedulers:
                seen[scheduler.name] |= scheduler.test(tally, name)
            tally.note(f"tested with a host that is {name}")
        for scheduler, states in seen.items():
            tally.equal(f"{scheduler}: all four states were seen", states, {0, 1, 2, 3})
        bring_into(host, SITUATIONS["filling"])
        core.test(tally, "filling", by_nrpe=True)
        bursts.test(tally, host, [icinga, core])
        tally.note("bursts came and went")
        bring_into(host, SITUATIONS["filling"])
        prometheus.test(tally, host)
        prometheus.test_rules(tally, far_away, fleet)
    finally:
        host.stop()
        far_away.stop()


if __name__ == "__main__":
    sys.exit(program.main(__file__, sys.argv[1:], "the schedulers", prepare, test_inside))
