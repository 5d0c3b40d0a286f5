#!/usr/bin/env python3
"""Makes Grafana's dashboards from what the checks say of themselves.

Usage: make_dashboard.py host|fleet DECLARATION.json..., which writes JSON to standard output.

`host` has for each check what its alerts judge as tiles, its figures as graphs, and its worst tuples as
a table. Figures of one unit make one graph: a percentage is lost beside a count. `fleet` asks for the
ten worst of all hosts and destinations.
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

import declarations

WIDTH = 24
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
HOSTS = '{instance=~"$instance"}'
STATES = '{__name__=~"ephemeral_[a-z]+_state"}'
GREEN, ORANGE, RED, PURPLE = "green", "orange", "red", "purple"
WORST = 10  # how many the fleet's tables have


def steps(*colors):
    """Thresholds: a color, and those from a value on."""
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for color, value in colors]}


PLAIN = steps((GREEN, None))
NONE_LEFT_IS_RED = steps((RED, None), (GREEN, 1))
STATE_NAMES = [{"type": "value", "options": {
    str(code): {"text": text, "color": color} for code, (text, color) in enumerate(
        [("OK", GREEN), ("WARNING", ORANGE), ("CRITICAL", RED), ("UNKNOWN", PURPLE)])}}]


class Unit:
    """How figures of one unit are drawn."""

    def __init__(self, name, title, **limits):
        self.name, self.title, self.limits = name, title, limits


UNITS = {"%": Unit("percentunit", "usage", max=1), "s": Unit("s", "seconds"), "": Unit("none", "ports"),
         "rate": Unit("none", "per second")}


def unit_of(figure):
    if figure["unit"] == "c" or (not figure["unit"] and not figure["is_whole"]):
        return "rate"
    return figure["unit"]


def expression_of(figure, hosts=HOSTS):
    name = figure["openmetrics"] + hosts
    return f"rate({name}[$__rate_interval])" if figure["unit"] == "c" else name


def thresholds_of(alert, figure):
    """From the good side to the bad one."""
    def value(level):
        number = float(alert[level])
        return number / 100 if figure["unit"] == "%" else number

    has = [level for level in ("warning", "critical") if alert[level]]
    colors = dict(zip(("warning", "critical"), (ORANGE, RED)))
    if alert["when"] == "below":
        bounds = [value(level) for level in reversed(has)]
        return steps(*zip([colors[level] for level in reversed(has)] + [GREEN], [None, *bounds]))
    return steps((GREEN, None), *((colors[level], value(level)) for level in has))


def target(number, expression, legend="", **more):
    return {"refId": chr(ord("A") + number), "datasource": SOURCE, "expr": expression,
            "legendFormat": legend, **more}


def panel(kind, title, description, expressions, unit, thresholds, **more):
    defaults = {"unit": unit.name, "min": 0, **unit.limits, "thresholds": thresholds,
                **more.pop("defaults", {})}
    return {"type": kind, "title": title, "description": description, "datasource": SOURCE,
            "targets": expressions,
            "fieldConfig": {"defaults": defaults, "overrides": more.pop("overrides", [])}, **more}


def tile(title, description, expressions, unit, thresholds, **defaults):
    return panel("stat", title, description, expressions, unit, thresholds, defaults=defaults,
                 options={"reduceOptions": {"calcs": ["lastNotNull"], "values": False},
                          "colorMode": "background",
                          "graphMode": "area" if unit.name != "none" else "none"})


def graph(title, description, expressions, unit, thresholds=PLAIN):
    lines = {"lineWidth": 2, "fillOpacity": 10,
             "thresholdsStyle": {"mode": "off" if thresholds is PLAIN else "line"}}
    return panel("timeseries", title, description, expressions, unit, thresholds,
                 defaults={"custom": lines},
                 options={"legend": {"displayMode": "table", "placement": "bottom",
                                     "calcs": ["lastNotNull", "max"]},
                          "tooltip": {"mode": "multi", "sort": "desc"}})


def table(title, description, columns, links=()):
    """`columns`: (heading, expression, unit, thresholds), the first of which sorts the rows."""
    expressions = [target(number, expression, format="table", instant=True)
                   for number, (_, expression, _, _) in enumerate(columns)]
    names = {f"Value #{expression['refId']}": column[0]
             for expression, column in zip(expressions, columns)}
    if len(columns) == 1:
        names["Value"] = columns[0][0]
    overrides = []
    for heading, _, unit, thresholds in columns:
        shown = [{"id": "unit", "value": unit.name}]
        if thresholds is not PLAIN:
            shown += [{"id": "thresholds", "value": thresholds},
                      {"id": "custom.displayMode", "value": "color-background"}]
        overrides.append({"matcher": {"id": "byName", "options": heading}, "properties": shown})
    if links:
        overrides.append({"matcher": {"id": "byName", "options": "instance"},
                          "properties": [{"id": "links", "value": list(links)}]})
    hidden = {name: True for name in ("Time", "__name__", "job")}
    return panel("table", title, description, expressions, UNITS[""], PLAIN, overrides=overrides,
                 transformations=[
                     {"id": "merge", "options": {}},
                     {"id": "organize", "options": {"excludeByName": hidden, "renameByName": names}},
                     {"id": "sortBy", "options": {"sort": [{"field": columns[0][0], "desc": True}]}}],
                 options={"showHeader": True})


# One host

def figure_of(check, label):
    return next((metric for metric in check.metrics if metric["label"] == label), None)


def alerts_of(check):
    """Those about a figure, which thresholds of its own can color."""
    return [alert for alert in check.alerts
            if alert["when"] in ("above", "below") and alert["urgency"] != "off"]


def tiles_of(check):
    for alert in alerts_of(check):
        figure = figure_of(check, alert["metric"])
        worst = "min" if alert["when"] == "below" else "max"
        yield tile(f"{check.title}: {figure['title']}", figure["meaning"] + ".",
                   [target(0, f"{worst} by (instance) ({expression_of(figure)})", "{{instance}}")],
                   UNITS[unit_of(figure)], thresholds_of(alert, figure))
    left = figure_of(check, "left")
    if left:
        yield tile(f"{check.title}: {left['title']}", left["meaning"] + ".",
                   [target(0, f"min by (instance) ({expression_of(left)})", "{{instance}}")],
                   UNITS[""], NONE_LEFT_IS_RED)


def state_tile(checks):
    """CRITICAL is worse than UNKNOWN, whose number is higher."""
    def worst(check):
        state = f"ephemeral_{check.short}_state{HOSTS}"
        return f"max({state} == 2) or max({state})"

    return tile("State of the checks", "Of the worst host.",
                [target(number, worst(check), check.title) for number, check in enumerate(checks)],
                UNITS[""], PLAIN, mappings=STATE_NAMES)


def graphs_of(check):
    """One for each unit, and one more of what is left with where that leads."""
    colored = {alert["metric"]: thresholds_of(alert, figure_of(check, alert["metric"]))
               for alert in alerts_of(check)}
    for kind, unit in UNITS.items():
        figures = [figure for figure in check.metrics if unit_of(figure) == kind]
        if figures:
            yield graph(f"{check.title}: {unit.title}" if kind else check.title,
                        " ".join(figure["meaning"] + "." for figure in figures),
                        [target(number, expression_of(figure), "{{instance}} " + figure["title"])
                         for number, figure in enumerate(figures)],
                        Unit(unit.name, unit.title),  # a rate can lead past all
                        next((colored[figure["label"]] for figure in figures
                              if kind == "%" and figure["label"] in colored), PLAIN))
    for alert in check.alerts:
        if alert["forecast"]:
            left = expression_of(figure_of(check, "left"))
            yield graph(f"{check.title}: left, and where that leads in an hour",
                        "A line through the last half hour.",
                        [target(0, left, "{{instance}}"),
                         target(1, f"clamp_min(predict_linear({left}[30m], 3600), 0)",
                                "{{instance}} in an hour")], UNITS[""])


def is_sure(series):
    """Other series are the far ends of intervals."""
    return not series["label"].endswith(("_most", "_least"))


def columns_of(check, selection):
    """What is known of each tuple, colored as the check's alerts are."""
    for series in filter(is_sure, check.series):
        thresholds = NONE_LEFT_IS_RED if series["label"].endswith("_left") else PLAIN
        for alert in alerts_of(check):
            if series["label"].endswith("_" + alert["metric"]):
                thresholds = thresholds_of(alert, series)
        yield series["title"], selection(series), UNITS[unit_of(series)], thresholds


def tuples_of(check):
    if check.series:
        yield table(f"{check.title}: the worst tuples", f"As many as --top of {check.name} says.",
                    list(columns_of(check, expression_of)))


# A fleet

TO_HOST = {"title": "This host", "url": "/d/ephemeral-ports?var-instance=${__data.fields.instance}"}


def counted(title, expression, thresholds):
    """Of now: over hours, every state of every host would be read for a number."""
    return tile(title, "", [target(0, f"count({expression}) or vector(0)", instant=True)], UNITS[""],
                thresholds)


def fleet_tiles(checks):
    bad = {"CRITICAL": (2, RED), "WARNING": (1, ORANGE), "UNKNOWN": (3, PURPLE)}
    yield counted("Hosts", f"count by (instance) ({STATES})", steps(("blue", None)))
    for name, (code, color) in bad.items():
        yield counted(f"Hosts with a check that is {name}", f"count by (instance) ({STATES} == {code})",
                      steps((GREEN, None), (color, 1)))


def worst_hosts(check):
    usage, left = figure_of(check, "usage"), figure_of(check, "left")
    if not usage:
        return
    [alert] = [alert for alert in alerts_of(check) if alert["metric"] == "usage"]
    worst = f"topk({WORST}, max by (instance) ({usage['openmetrics']}))"
    columns = [("usage", worst, UNITS["%"], thresholds_of(alert, usage))]
    if left:
        columns.append(("left", f"min by (instance) ({left['openmetrics']}) and on (instance) {worst}",
                        UNITS[""], NONE_LEFT_IS_RED))
    yield table(f"{check.title}: the worst hosts", usage["meaning"] + ".", columns, [TO_HOST])
    yield graph(f"{check.title}: the worst hosts, by their worst hour", usage["meaning"] + ".",
                [target(0, f"topk({WORST}, instance:{usage['openmetrics']}:max1h)", "{{instance}}")],
                UNITS["%"], thresholds_of(alert, usage))


def worst_tuples(check):
    """By the first series in percent, because ranges differ in size; or else by the first."""
    if not check.series:
        return
    series = next((series for series in check.series if series["unit"] == "%"), check.series[0])
    first = f"topk({WORST}, {series['openmetrics']})"
    columns = list(columns_of(check, lambda other: first if other is series else
                              f"{other['openmetrics']} and on (instance, source, destination) {first}"))
    columns.sort(key=lambda column: column[1] != first)
    yield table(f"{check.title}: the worst tuples", series["meaning"] + ".", columns, [TO_HOST])

    total = next(series for series in check.series if series["is_whole"])
    name = total["openmetrics"]
    most = f"topk({WORST}, destination:{name}:sum)"
    yield table(f"{check.title}: the worst destinations of all hosts",
                "The listed tuples of all hosts together.",
                [(f"{total['title']}, in all", most, UNITS[""], PLAIN),
                 ("hosts", f"count by (destination) (count by (instance, destination) ({name})) "
                           f"and on (destination) {most}", UNITS[""], PLAIN)])


# All of it

def lay_out(rows):
    """Each row: a height, and its panels, side by side; full rows are broken."""
    panels, y = [], 0
    for height, per_row, row in rows:
        for start in range(0, len(row), per_row):
            part = row[start:start + per_row]
            for number, each in enumerate(part):
                width = WIDTH // len(part)
                panels.append({"id": len(panels) + 1, **each,
                               "gridPos": {"x": number * width, "y": y, "w": width, "h": height}})
            y += height
    return panels


def variables(of_hosts):
    choice = [{"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus"}]
    if of_hosts:
        query = f"label_values({STATES}, instance)"
        choice.append({"name": "instance", "label": "Instance", "type": "query", "datasource": SOURCE,
                       "query": {"query": query, "refId": "instance"},
                       "refresh": 2, "sort": 1, "multi": True, "includeAll": True,
                       "current": {"text": "All", "value": "$__all"}})
    return choice


def dashboard(title, uid, description, panels, of_hosts=False):
    return {"title": title, "uid": uid, "tags": ["linux", "network", "ephemeral ports"],
            "description": f"{description} Made from plugins/*_description.cc of "
                           "monitoring-plugins-ephemeral, whose figures it shows.",
            "schemaVersion": 36, "version": 1, "editable": True, "graphTooltip": 1, "refresh": "1m",
            "time": {"from": "now-6h", "to": "now"}, "timezone": "",
            "links": [{"type": "dashboards", "title": "Ephemeral ports", "tags": ["ephemeral ports"],
                       "icon": "external link", "tooltip": "", "url": "", "asDropdown": False,
                       "targetBlank": False, "includeVars": False, "keepTime": True}],
            "annotations": {"list": []}, "templating": {"list": variables(of_hosts)}, "panels": panels}


def of_each(function, checks):
    return [made for check in checks for made in function(check)]


def host(checks):
    return dashboard("Ephemeral ports", "ephemeral-ports",
                     "How many ephemeral ports Linux hosts have left, and for whom.",
                     lay_out([(5, 6, [state_tile(checks), *of_each(tiles_of, checks)]),
                              (8, 1, of_each(tuples_of, checks)),
                              (9, 2, of_each(graphs_of, checks))]), of_hosts=True)


def fleet(checks):
    return dashboard("Ephemeral ports: the fleet", "ephemeral-ports-fleet",
                     "Which hosts and destinations are the worst.",
                     lay_out([(4, 4, list(fleet_tiles(checks))), (11, 2, of_each(worst_hosts, checks)),
                              (11, 2, of_each(worst_tuples, checks))]))


def main(which, *paths):
    checks = sorted(declarations.read(paths), key=lambda check: not check.series)  # who names whom first
    made = {"host": host, "fleet": fleet}[which](checks)
    print(json.dumps(made, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
