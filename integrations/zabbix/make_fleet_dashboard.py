#!/usr/bin/env python3
"""Makes the dashboard that names the ten worst hosts of a fleet, from what the checks say of themselves.

Usage: make_fleet_dashboard.py DECLARATION.json..., which writes to standard output what the API's
dashboard.create takes: Zabbix exports no such dashboards. These are the fields of Zabbix 6.0's widget.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import declarations

TITLE = "Ephemeral ports: the fleet"
INTEGER, TEXT = 0, 1  # Zabbix' kinds of fields
AN_ITEM, THE_HOST = 1, 2  # what a column shows
AS_IS, AS_BAR = 1, 2
TOP = 2  # the order
GREEN, YELLOW, RED = "1A7C11", "FFB300", "E33734"


def column(name, item="", **more):
    return {"name": name, "data": AN_ITEM if item else THE_HOST, "item": item, "timeshift": "",
            "aggregate_function": 0, "display": AS_IS, "history": 1, "base_color": "", **more}


def columns(check):
    """The item's names are the template's (make_template.py)."""
    [alert] = check.alerts
    titles = {metric["label"]: f"{check.title}: {metric['title']}" for metric in check.metrics}
    yield column("Host")
    # Two columns, because one shows only 20 characters of a text.
    yield column("Worst destination", f"{check.title}: destination of the worst tuple")
    yield column("From", f"{check.title}: source of the worst tuple")
    yield column("Used", titles["usage"], display=AS_BAR, min="0", max="100", base_color=GREEN,
                 thresholds=[(alert["warning"], YELLOW), (alert["critical"], RED)])
    yield column("Projected", titles["projected"])
    yield column("Left", titles["left"])
    yield column("Usable", titles["range_size"])


def fields_of(shown, order):
    yield "column", order
    yield "order", TOP
    yield "count", 10
    for number, described in enumerate(shown):
        for name, value in described.items():
            if name != "thresholds":
                yield f"columns.{name}.{number}", value
                continue
            for which, (limit, color) in enumerate(value):
                yield f"columnsthresholds.threshold.{number}.{which}", limit
                yield f"columnsthresholds.color.{number}.{which}", color


def make_dashboard(checks):
    [worst] = [check for check in checks if check.short == "ports"]
    shown = list(columns(worst))
    order = [described["name"] for described in shown].index("Used")
    fields = [{"type": INTEGER if isinstance(value, int) else TEXT, "name": name, "value": value}
              for name, value in fields_of(shown, order)]
    widget = {"type": "tophosts", "name": "The ten worst hosts", "x": 0, "y": 0, "width": 24,
              "height": 6, "view_mode": 0, "fields": fields}
    return {"name": TITLE, "display_period": 30, "auto_start": 1, "pages": [{"widgets": [widget]}]}


if __name__ == "__main__":
    print(json.dumps(make_dashboard(declarations.read(sys.argv[1:])), indent=2))
