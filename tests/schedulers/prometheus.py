"""What the systemd timer's service writes, and node_exporter's textfile collector makes of it."""

import os
import re
import subprocess
import time
import urllib.request

import system

UNIT = "/usr/share/monitoring-plugins-ephemeral/integrations/prometheus/ephemeral-ports.service"
FOLDER = "/tmp/textfiles"
ADDRESS = "127.0.0.1:9100"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever http_proxy says


def run_service(host):
    """The exit status of the service's command, run in its environment but for the folder."""
    with open(UNIT) as file:
        text = file.read().replace("\\\n", " ")
    script = re.search(r"^ExecStart=/bin/sh -c '(.*)'$", text, re.M)[1].replace("$$", "$")
    environment = dict(re.findall(r"^Environment=(\w+)=(.*)$", text, re.M), TEXTFILES=FOLDER)
    system.make_folder(FOLDER, "nagios")
    words = [f"{name}={value}" for name, value in environment.items()]
    return host.run(["env", *words, "sh", "-c", script], "nagios")[0]


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


def test_rules(tally, folder):
    """The alerts that come and go with made-up figures; whether the checks print figures of those
    names, tests/integrations.py says."""
    done = subprocess.run(["promtool", "test", "rules", "ephemeral-ports.rules.test.yml"], cwd=folder,
                          capture_output=True, text=True)
    tally.check("Prometheus: the rules alert when they should", done.returncode == 0,
                done.stdout + done.stderr)


def test(tally, host):
    tally.equal("Prometheus: the service ends well", run_service(host), 0)
    files = read_files()
    checks = {name for name in os.listdir("/usr/lib/nagios/plugins")
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
