"""Which alert each situation raises, by `promtool test rules` and made-up figures. Whether the checks
print figures of those names, tests/integrations.py says.

A burst and a lasting state are told apart at every moment that they can begin, between two runs of the
timer, and between two scrapes.
"""

import json
import os
import re
import subprocess
import tempfile

STEP = 5  # s, of the series that promtool is given
BEGIN, BURST, PATIENCE = 300, 60, 240
TIMER = 60
SCRAPES = (15, 30, 60)
END = BEGIN + PATIENCE + 120

# What the checks print when ports are gone, and otherwise.
FIGURES = {"ephemeral_ports_usage_ratio": (0.1, 0.95),
           "ephemeral_binds_usage_ratio": (0.1, 0.95),
           "ephemeral_binds_state": (0, 2),
           "ephemeral_probe_state": (0, 2)}
PAGES = ("EphemeralPortsUsageHigh", "EphemeralBindsUsageHigh", "EphemeralProbeNotOk")

# name: what is steadily so, and the alerts of that, by name and severity
SITUATIONS = {
    "idle": ({"ephemeral_ports_usage_ratio": "0.1", "ephemeral_ports_left": "25000",
              "ephemeral_binds_usage_ratio": "0.1", "ephemeral_ports_state": "0",
              "ephemeral_binds_state": "0", "ephemeral_probe_state": "0", "ephemeral_range_size": "28232",
              "ephemeral_timewait_state": "0", "ephemeral_timewait_overflows_total": "5"}, set()),
    "warm": ({"ephemeral_ports_usage_ratio": "0.7"}, {("EphemeralPortsUsageHigh", "ticket")}),
    "full": ({"ephemeral_ports_usage_ratio": "0.95"},
             {("EphemeralPortsUsageHigh", "ticket"), ("EphemeralPortsUsageHigh", "page")}),
    "full for bind()": ({"ephemeral_binds_usage_ratio": "0.95", "ephemeral_binds_state": "2"},
                        {("EphemeralBindsUsageHigh", "ticket"), ("EphemeralBindsUsageHigh", "page")}),
    "full, and nobody binds": ({"ephemeral_binds_usage_ratio": "0.95", "ephemeral_binds_state": "1"},
                               {("EphemeralBindsUsageHigh", "ticket")}),
    "leaking": ({"ephemeral_ports_usage_ratio": "0.5", "ephemeral_ports_left": "14000-200"},
                {("EphemeralPortsGoneSoon", "ticket")}),
    "without a port": ({"ephemeral_probe_state": "2"}, {("EphemeralProbeNotOk", "page")}),
    "slow": ({"ephemeral_probe_state": "1"}, {("EphemeralProbeNotOk", "ticket")}),
    "full of TIME_WAIT": ({"ephemeral_timewait_state": "1", "ephemeral_timewait_time_wait": "60000"},
                          {("EphemeralTimewaitShareHigh", "ticket")}),
    "overflowing": ({"ephemeral_timewait_overflows_total": "5+1"},
                    {("EphemeralTimewaitOverflowsGrow", "ticket")}),
    "small": ({"ephemeral_range_size": "1000"}, {("EphemeralRangeSizeLow", "ticket")}),
    "blind": ({"ephemeral_binds_state": "3", "ephemeral_ports_state": "0"},
              {("EphemeralCheckUnknown", "ticket")}),
    "asleep": ({'node_textfile_mtime_seconds{file="/textfiles/ephemeral_ports.prom"}': "0"},
               {("EphemeralFiguresStale", "ticket")}),
}


def series_of(name, instance):
    """`name` may have labels of its own."""
    name, _, labels = name.partition("{")
    return f'{name}{{instance="{instance}"' + (f",{labels}" if labels else "}")


def sample(value, **labels):
    text = ",".join(f'{label}="{labels[label]}"' for label in sorted(labels))
    return {"labels": "{" + text + "}", "value": value}


def firing(how):
    """What promtool is asked, so that an alert's whole text need not be expected."""
    return f"{how}(ALERTS{{alertstate=\"firing\"}})"


def steady_states():
    expected = [sample(1, alertname=alert, severity=severity, instance=instance)
                for instance, (_, alerts) in SITUATIONS.items() for alert, severity in alerts]
    return {"interval": "1m",
            "input_series": [{"series": series_of(name, instance), "values": values + "x60"}
                             for instance, (figures, _) in SITUATIONS.items()
                             for name, values in figures.items()],
            "promql_expr_test": [{"expr": firing("count by (alertname, severity, instance) "),
                                  "eval_time": "40m", "exp_samples": expected}]}


def values_seen(values, scrape, timer_at, scrape_at, lasts):
    """The figure as Prometheus has it: of the last scrape, which read what the timer wrote last."""
    usual, bad = values
    for now in range(0, END, STEP):
        scraped = now - (now - scrape_at) % scrape
        written = scraped - (scraped - timer_at) % TIMER
        yield str(bad if BEGIN <= written < BEGIN + lasts else usual)


def moments(lasts):
    """What begins at every moment between two runs and two scrapes, each on a host of its own."""
    series = []
    hosts = [(scrape, timer_at, scrape_at) for scrape in SCRAPES for timer_at in range(0, TIMER, STEP)
             for scrape_at in range(0, scrape, STEP)]
    for host in hosts:
        for name, values in FIGURES.items():
            series.append({"series": series_of(name, "-".join(map(str, host))),
                           "values": " ".join(values_seen(values, *host, lasts))})
    return len(hosts), series


def burst():
    _, series = moments(BURST)
    return {"interval": f"{STEP}s", "input_series": series,
            "promql_expr_test": [{"expr": "count(ephemeral_ports_usage_ratio > 0.9) > bool 0",
                                  "eval_time": f"{BEGIN + TIMER}s", "exp_samples": [sample(1)]},
                                 {"expr": "count(count_over_time(ALERTS{alertstate=\"firing\"}[1h]))",
                                  "eval_time": f"{END}s", "exp_samples": []}]}


def lasting():
    hosts, series = moments(END)
    return {"interval": f"{STEP}s", "input_series": series,
            "promql_expr_test": [{"expr": "count by (alertname) "
                                          "(ALERTS{alertstate=\"firing\",severity=\"page\"})",
                                  "eval_time": f"{BEGIN + PATIENCE}s",
                                  "exp_samples": [sample(hosts, alertname=name) for name in PAGES]}]}


def naming():
    """The text names the worst tuple, of this host."""
    tuples = {"10.0.0.5:5432": ("full", 950), "10.0.0.6:443": ("full", 12), "10.0.0.7:443": ("other", 999)}
    summary = "full: Ephemeral ports are running out (95% used, of the worst destination)"
    text = ('connect() to the worst destination will fail with "Cannot assign requested address" once all '
            "are used. The worst: 10.0.0.1 to 10.0.0.5:5432, 950 used.")
    labels = {"instance": "full", "check": "check_ephemeral_ports"}
    annotations = {"summary": summary, "description": text}
    return {"interval": "1m",
            "input_series": [{"series": series_of("ephemeral_ports_usage_ratio", "full"),
                              "values": "0.95x60"},
                             *({"series": f'ephemeral_ports_tuple_used{{instance="{host}",'
                                          f'source="10.0.0.1",destination="{destination}"}}',
                                "values": f"{used}x60"}
                               for destination, (host, used) in tuples.items())],
            "alert_rule_test": [{"alertname": "EphemeralPortsUsageHigh", "eval_time": "40m",
                                 "exp_alerts": [{"exp_labels": {**labels, "severity": severity},
                                                 "exp_annotations": annotations}
                                                for severity in ("page", "ticket")]}]}


def test(tally, rules):
    # promtool takes no notice of the groups' own intervals. The first one is the alerts'.
    with open(rules) as file:
        interval = re.search(r"^ +interval: (\w+)$", file.read(), re.M)[1]
    for name, case in (("each situation raises its alerts", steady_states()),
                       ("a burst of 60 s raises none, whenever it begins", burst()),
                       ("a lasting state pages within 4 minutes, whenever it begins", lasting()),
                       ("an alert names the worst tuple", naming())):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "test.yml")
            with open(path, "w") as file:
                json.dump({"rule_files": [os.path.abspath(rules)], "evaluation_interval": interval,
                           "tests": [case]}, file)
            done = subprocess.run(["promtool", "test", "rules", path], capture_output=True, text=True)
        tally.check(f"Prometheus' rules: {name}", done.returncode == 0, (done.stdout + done.stderr)[:3000])
