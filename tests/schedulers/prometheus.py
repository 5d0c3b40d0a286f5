"""What the systemd timer's service writes, and node_exporter's textfile collector makes of it."""

import os
import re
import subprocess
import sys
import time
import urllib.request

import alert_rules
import nat_entry
import system
from fleet import Fleet

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "service"))
from unit import Unit  # noqa: E402 the folder has to be known first

INSTALLED = "/usr/share/monitoring-plugins-ephemeral/integrations"
UNIT = INSTALLED + "/prometheus/ephemeral-ports.service"
RULES = INSTALLED + "/prometheus/ephemeral-ports.rules.yml"
INHIBITION = INSTALLED + "/prometheus/alertmanager-inhibition.yml"
DASHBOARD = INSTALLED + "/grafana/ephemeral-ports-fleet.json"
PLUGINS = "/usr/lib/nagios/plugins"
SERVERS = "/tmp/prometheus"
FOLDER = "/tmp/textfiles"
RUNTIME = "/tmp/ephemeral-ports"
ADDRESS = "127.0.0.1:9100"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever http_proxy says


def run_service(host):
    """The exit status of the service's commands, run in its environment but for the folders, and
    without its restrictions, which tests/service applies."""
    with open(UNIT) as file:
        unit = Unit(file.read())
    words = [f"{name}={value}"
             for name, value in dict(unit.environment(), TEXTFILES=FOLDER).items()]
    system.make_folder(FOLDER, "nagios")
    system.make_folder(RUNTIME, "nagios")
    for command, _ in unit.steps():
        status = host.run(["env", "--chdir", RUNTIME, *words, *command], "nagios")[0]
        if status:
            break
    return status


def read_files():
    """Their texts by name."""
    texts = {}
    for name in sorted(os.listdir(FOLDER)):
        with open(f"{FOLDER}/{name}") as file:
            texts[name] = file.read()
    return texts


def samples(text):
    return {name: float(value)
            for name, value in re.findall(r"^(ephemeral_\w+) (\S+)$", text, re.M)}


def scrape():
    """What node_exporter serves, as soon as it runs."""
    for _ in range(200):
        try:
            with DIRECT.open(f"http://{ADDRESS}/metrics", timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("node_exporter does not answer")


def figures_of_gateway(host):
    """As root sees them: the service may not read the entries. None if this kernel makes none."""
    try:
        host.do(nat_entry.make)
    except OSError:
        return None
    return host.run([PLUGINS + "/check_ephemeral_nat", "--output-format=openmetrics"], "root")[1]


def start_fleet(far_away):
    """Of many hosts, each with the figures that the service has written of this one. The servers run
    here, too."""
    system.make_folder(SERVERS, "nagios")
    run_service(far_away)
    files = read_files()
    nat = figures_of_gateway(far_away)
    if nat:
        files["ephemeral_nat.prom"] = nat
    fleet = Fleet("".join(files.values()), RULES, INHIBITION, SERVERS, has_nat=bool(nat))
    far_away.do(lambda: fleet.start(lambda words, log: far_away.popen(words, "nagios", log)))
    return fleet


def test_rules(tally, far_away, fleet):
    for file, words in ((RULES, ["promtool", "check", "rules"]),
                        (SERVERS + "/alertmanager.yml", ["amtool", "check-config"])):
        done = subprocess.run([*words, file], capture_output=True, text=True)
        tally.check(f"Prometheus: {' '.join(words)}", done.returncode == 0, done.stdout + done.stderr)
    alert_rules.test(tally, RULES)
    far_away.do(lambda: fleet.test(tally, DASHBOARD))


def test(tally, host):
    tally.equal("Prometheus: the service ends well", run_service(host), 0)
    files = read_files()
    checks = {name for name in os.listdir(PLUGINS)
              if name.startswith("check_ephemeral_")}
    tally.equal("Prometheus: the service writes one file for each check", sorted(files),
                sorted(name[len("check_"):] + ".prom" for name in checks))
    for name, text in files.items():
        tally.check(f"Prometheus: {name} holds a state below UNKNOWN",
                    re.search(r"^ephemeral_\w+_state [012]$", text, re.M) and text.endswith("# EOF\n"),
                    text)
    host.popen(["prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
                "--collector.textfile.directory=" + FOLDER, "--web.listen-address=" + ADDRESS],
               "nagios", "/tmp/node_exporter.log")
    served = host.do(scrape)
    tally.equal("Prometheus: node_exporter serves each figure in the files", samples(served),
                samples("".join(files.values())))
    tally.check("Prometheus: node_exporter finds no error in the files",
                "\nnode_textfile_scrape_error 0\n" in served, served)
