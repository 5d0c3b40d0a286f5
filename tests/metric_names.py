#!/usr/bin/env python3
"""Every figure that the files of integrations/ ask for is one that a check prints, and no check is
forgotten where they name all.

Usage: metric_names.py INTEGRATIONS, in the build folder. CHECKS in the environment names the checks.
"""

import json
import os
import re
import subprocess
import sys

ARGUMENTS = {"check_ephemeral_probe": ["--bind", "--protocol", "all", "127.0.0.1:1"]}


def run(check, output_format):
    return subprocess.run([f"plugins/{check}", f"--output-format={output_format}",
                           *ARGUMENTS.get(check, [])], stdout=subprocess.PIPE, text=True,
                          check=False).stdout


def read(*parts):
    with open(os.path.join(*parts)) as file:
        return file.read()


def prometheus_names(checks):
    text = "".join(run(check, "openmetrics") for check in checks)
    return set(re.findall(r"^(ephemeral_\w+)[ {]", text, re.M))


def zabbix_names(checks):
    return {f"{check[len('check_ephemeral_'):]}.{label}"
            for check in checks for label in json.loads(run(check, "json"))["metrics"]}


def asked_by_template(text):
    """"ports.usage" for an item that takes that metric out of that check's report."""
    return {f"{check}.{label}" for label, check in re.findall(
        r"'\$\.metrics\.(\w+)\.\w+'(?:(?!- uuid).)*?key: 'ephemeral\.(\w+)\[", text, re.S)}


def main(integrations):
    checks = os.environ["CHECKS"].split()
    rules = read(integrations, "prometheus/ephemeral-ports.rules.yml")
    dashboard = read(integrations, "grafana/ephemeral-ports.json")
    expressions = [json.loads(text)
                   for text in re.findall(r'"expr": ("(?:[^"\\]|\\.)*")', dashboard)]
    alerts = re.findall(r"^ +expr: (.*(?:\n {10}.*)*)", rules, re.M)
    asked = set(re.findall(r"\bephemeral_[a-z]\w*", " ".join(expressions + alerts)))
    failures = [f"Prometheus is asked for {name}, which no check prints"
                for name in sorted(asked - prometheus_names(checks))]
    failures += [f"Zabbix is asked for {name}, which no check prints" for name in sorted(
        asked_by_template(read(integrations, "zabbix/template_ephemeral_ports.yaml")) -
        zabbix_names(checks))]

    short = {check[len("check_ephemeral_"):] for check in checks}
    for file, lists in (("rules", alerts), ("dashboard", expressions)):
        for words in re.findall(r"ephemeral_\(([a-z|]+)\)_state", " ".join(lists)):
            if set(words.split("|")) != short:
                failures.append(f"the states in the {file} are those of {words}")
    if len(asked) < 10 or not expressions or not alerts:
        failures.append("hardly any name was found: this test looks in the wrong place")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
