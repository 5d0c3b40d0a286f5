#!/usr/bin/env python3
"""Makes Prometheus' rules from what the checks say of themselves.

Usage: make_rules.py prometheus|alertmanager DECLARATION.json..., which writes YAML to standard output:
the recording and alert rules, or for Alertmanager which alert is quiet while which other one fires.

Each alert that a check declares becomes one that pages, if it is to wake somebody, and one that
makes a ticket. An alert names the tuple that is most in danger: the first series of the check, or of
its cause. That is looked up for the text alone, and is no label: if another destination became the worst,
Prometheus would see another alert, and begin to wait again.
"""

import os
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

import declarations

# From the first connection that fails to the alert there may be 60 s until the timer runs the checks,
# 60 s until they are scraped, and INTERVAL until the rules are looked at: with PAGE 4 minutes. A burst of
# 60 s is in one run of the timer, and stays in sight until the next: a minute, and less than PAGE.
INTERVAL = "15s"
PAGE = "1m45s"
TICKET = "3m"  # longer than a page takes, which keeps its ticket quiet
SETTING = "5m"  # for what only an administrator changes

HORIZON = 3600
FORECAST_LEAST = 0.25  # the usage below which no forecast is made


def word(text):
    return text[0].upper() + text[1:]


def alert_name(check, what):
    return "Ephemeral" + word(check.short) + what


def metric(check, label):
    [found] = [metric for metric in check.metrics if metric["label"] == label]
    return found


def state(check):
    return f"ephemeral_{check.short}_state"


def number(text, unit):
    return f"{float(text) / 100:g}" if unit == "%" else text


def whom(checks, check, alert):
    """A sentence that names the worst tuple, empty if there is none."""
    for other in [check, *(cause for cause in checks if cause.name == alert["cause"])]:
        if other.series:
            series = other.series[0]
            return ("{{ range printf \"topk(1, " + series["openmetrics"] + "{instance='%s'})\" "
                    "$labels.instance | query }} The worst: {{ .Labels.source }} to "
                    "{{ .Labels.destination }}, {{ .Value }} " + series["title"] + ".{{ end }}")
    return ""


def rule(checks, check, alert, name, expression, lasting, severity, value):
    labels = {"severity": severity, "check": check.name}
    if alert["cause"]:
        labels["cause"] = alert["cause"]
    return {"alert": alert_name(check, name), "expr": expression, **({"for": lasting} if lasting else {}),
            "labels": labels,
            "annotations": {
                "summary": f"{{{{ $labels.instance }}}}: {alert['problem']}{value}",
                "description": alert["consequence"] + whom(checks, check, alert)}}


def is_share(alert):
    return alert["when"] == "above share of maximum"


def is_judged_by_check(alert):
    """Whether a figure is a reason to page depends on more than itself, which only the check knows."""
    return bool(alert["cause"])


def threshold_rules(checks, check, alert):
    figure = metric(check, alert["metric"])
    sign, side = ("<", "Low") if alert["when"] == "below" else (">", "High")
    value = "{{ $value | humanizePercentage }}" if figure["unit"] == "%" else "{{ $value }}"
    is_slow = check.service["minutes"] >= 60
    levels = [("critical", "page", PAGE)] if alert["urgency"] == "page" else []
    for level, severity, lasting in [*levels, ("warning", "ticket", SETTING if is_slow else TICKET)]:
        if not alert[level]:
            continue
        if is_share(alert):  # of a setting that is no figure: the check knows it
            expression = f"{figure['openmetrics']} and ({state(check)} == 1 or {state(check)} == 2)"
            if severity == "page":
                expression = f"{figure['openmetrics']} and {state(check)} == 2"
        else:
            expression = f"{figure['openmetrics']} {sign} {number(alert[level], figure['unit'])}"
            if severity == "page" and is_judged_by_check(alert):
                expression += f" and {state(check)} == 2"
        yield rule(checks, check, alert, word(alert["setting"]) + side, expression, lasting, severity,
                   f" ({value} {figure['title']})")


def state_rules(checks, check, alert):
    if alert["urgency"] == "page":
        yield rule(checks, check, alert, "NotOk", f"{state(check)} == 2", PAGE, "page", "")
    yield rule(checks, check, alert, "NotOk",
               f"{state(check)} == 1" if alert["urgency"] == "page" else
               f"{state(check)} == 1 or {state(check)} == 2", TICKET, "ticket", "")


def growth_rule(checks, check, alert):
    counter = metric(check, alert["metric"])["openmetrics"]
    return rule(checks, check, alert, word(alert["metric"]) + "Grow", f"increase({counter}[10m]) > 0",
                "", alert["urgency"], "")


def forecast_rule(checks, check, alert):
    left, usage = (metric(check, label)["openmetrics"] for label in ("left", "usage"))
    about = {**alert, "problem": f"{alert['forecast']} will be gone within an hour",
             "consequence": "A line through the last half hour leads there."}
    return rule(checks, check, about, "GoneSoon",
                f"predict_linear({left}[30m], {HORIZON}) < 0 and {usage} > {FORECAST_LEAST}", "5m",
                "ticket", "")


def alerts_of(checks, check):
    for alert in check.alerts:
        if alert["urgency"] == "off":
            continue
        if alert["when"] == "not ok":
            yield from state_rules(checks, check, alert)
        elif alert["when"] == "grows":
            yield growth_rule(checks, check, alert)
        else:
            yield from threshold_rules(checks, check, alert)
        if alert["forecast"]:
            yield forecast_rule(checks, check, alert)


def alerts_of_all():
    """Those about the checks themselves, whichever there are."""
    yield {"alert": "EphemeralCheckUnknown",
           "expr": 'label_replace({__name__=~"ephemeral_[a-z]+_state"} == 3, '
                   '"check", "check_$1", "__name__", "(.*)_state")',
           "for": "5m", "labels": {"severity": "ticket"},
           "annotations": {"summary": "{{ $labels.instance }}: {{ $labels.check }} cannot tell",
                           "description": "Run it on the host: it says why."}}
    yield {"alert": "EphemeralFiguresStale",
           "expr": r'time() - node_textfile_mtime_seconds{file=~"(.*/)?ephemeral_.*\\.prom"} > 600',
           "for": "5m", "labels": {"severity": "ticket"},
           "annotations": {"summary": "{{ $labels.instance }}: {{ $labels.file }} is old",
                           "description": "Does ephemeral-ports.timer run?"}}


def records(checks):
    """What Grafana asks of a fleet, so that it need not go over all hosts' series for each point."""
    for check in checks:
        for figure in check.metrics:
            if figure["label"] == "usage":
                yield {"record": f"instance:{figure['openmetrics']}:max1h",
                       "expr": f"max_over_time({figure['openmetrics']}[1h])"}
        for series in [series for series in check.series if series["is_whole"]][:1]:
            yield {"record": f"destination:{series['openmetrics']}:sum",
                   "expr": f"sum by (destination) ({series['openmetrics']})"}


def rules(checks):
    return {"groups": [
        {"name": "ephemeral-ports", "interval": INTERVAL,
         "rules": [*(rule for check in checks for rule in alerts_of(checks, check)), *alerts_of_all()]},
        {"name": "ephemeral-ports-fleet", "interval": "1m", "rules": list(records(checks))}]}


def inhibition(checks):
    """A cause quiets its consequences, and a page the ticket about the same."""
    causes = {alert["cause"]: None for check in checks for alert in check.alerts if alert["cause"]}
    return {"inhibit_rules": [
        *({"source_matchers": [f'check = "{cause}"', 'severity = "page"'],
           "target_matchers": [f'cause = "{cause}"'], "equal": ["instance"]} for cause in causes),
        {"source_matchers": ['check =~ "check_ephemeral_.*"', 'severity = "page"'],
         "target_matchers": ['check =~ "check_ephemeral_.*"', 'severity = "ticket"'],
         "equal": ["instance", "check"]}]}


COMMENTS = {
    "prometheus": """\
# Alert and recording rules for Prometheus, on the figures that ephemeral-ports.service writes. A ratio
# is from 0 to 1. What pages lasts longer than a burst of a minute, and comes within 4 minutes; with
# `severity: ticket` it can wait until the morning.
#
# Made from plugins/*_description.cc of monitoring-plugins-ephemeral.
""",
    "alertmanager": """\
# For alertmanager.yml: which alerts of ephemeral-ports.rules.yml are quiet while another one fires, so
# that one cause makes one page.
#
# Made from plugins/*_description.cc of monitoring-plugins-ephemeral.
""",
}


class Dumper(yaml.SafeDumper):
    """Lays a file out as by hand: lists indented."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def main(what, *paths):
    checks = declarations.read(paths)
    print(COMMENTS[what], end="")
    yaml.dump({"prometheus": rules, "alertmanager": inhibition}[what](checks), sys.stdout, Dumper,
              sort_keys=False, width=10000)


if __name__ == "__main__":
    main(*sys.argv[1:])
