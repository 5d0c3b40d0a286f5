#!/usr/bin/env python3
"""Makes Zabbix' template from what the checks say of themselves.

Usage: make_template.py DECLARATION.json..., which writes YAML to standard output.

A check has one item, which gets its report as JSON, and a dependent one for each metric. Each alert
that it declares is a trigger for each of its thresholds, whose macros are called after it.

A trigger asks for several values in a row, so that no burst of a minute raises it: `#3` rather than
`3m`, because it holds for every interval, and after a gap does not judge one value alone. An alert with
a cause depends on the cause's trigger, and asks for one value more, because the two checks run at
different moments of a minute: the cause comes first.
"""

import hashlib
import json
import os
import re
import sys
import uuid

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

import declarations

NAME = "Ephemeral ports"
DATE = "2026-11-22T00:00:00Z"  # of the form: Zabbix takes no notice of it
WORST = "ports"  # the check whose tuples are discovered

# The tables whose first row says whom an alert is about.
WHOM = {"ports": "tuples", "timewait": "makers"}

# What each graph draws, the first as an area and the second as a bold line.
ORANGE, RED, BLUE, VIOLET, GREEN, BROWN = "F7941D", "E33734", "2774A4", "6C59DC", "1A7C11", "A54F10"
GRAPHS = {
    "usage": {"ports.usage": ORANGE, "ports.projected": RED, "binds.tcp_usage": BLUE,
              "binds.udp_usage": VIOLET},
    "left": {"ports.left": GREEN, "binds.tcp_left": BLUE, "binds.udp_left": VIOLET},
    "connections": {"ports.sockets": GREEN, "ports.time_wait": ORANGE, "ports.tuples": BLUE,
                    "ports.held": BROWN},
    "TIME_WAIT": {"timewait.time_wait": ORANGE, "timewait.time_wait_ephemeral": RED,
                  "timewait.reusable": GREEN},
    "closes per second": {"timewait.close_rate": BLUE},
    "search time": {"probe.bind_search_time": BLUE},
}

# They stay empty unless a destination is asked about, so they are not on the dashboard.
GRAPHS_OF_DESTINATIONS = {
    "search time for destinations": {"probe.search_time": GREEN, "probe.udp_search_time": VIOLET},
}

# A tile of the dashboard: its title, the check and the item.
TEXT_TILES = [("Worst destination", "ports", "worst"), ("In a sentence", "ports", "summary")]
TILES = [("Used", "ports", "usage"), ("Left", "ports", "left"),
         ("Projected", "ports", "projected"), ("Left to bind()", "binds", "left"),
         ("Closes per second", "timewait", "close_rate"), ("Usable ports", "range", "range_size")]
DASHBOARD_WIDTH = 24

MACROS = {
    "FORECAST.HORIZON": ("1h", "Alert if the ports will be gone within this time"),
    "FORECAST.USAGE": ("25", "% below which no forecast is made"),
    "FORECAST.WINDOW": ("30m", "The past that the forecast is drawn from"),
    "INTERVAL": ("1m", "How often the checks run"),
    "INTERVAL.SLOW": ("1h", "How often to run a check of what only an administrator changes"),
    "LASTING": ("#3", "Alert if this many values in a row (5m: all values in that time) are beyond a threshold"),
    "LASTING.CONSEQUENCE": ("#4", "The same for what the lack of ports explains: one more than for that"),
    "NODATA": ("10m", "Alert if a check has given no value for this long"),
    "NODATA.SLOW": ("3h", "The same for a check that runs every {$EPHEMERAL.INTERVAL.SLOW}"),
    "TUPLES.MATCHES": (".*", "Regular expression of the destinations to discover"),
}


def uuid_of(thing):
    """Zabbix knows a thing again by its UUID. It comes from what the thing is called here, so that it
    never changes; those of the first template were drawn, and stand in a file."""
    if not hasattr(uuid_of, "drawn"):
        with open(os.path.join(HERE, "uuids.json")) as file:
            uuid_of.drawn = json.load(file)
    digest = hashlib.sha256(thing.encode()).digest()[:16]
    return uuid_of.drawn.get(thing) or uuid.UUID(bytes=digest, version=4).hex


def macro(*words):
    return "{$EPHEMERAL." + ".".join(filter(None, words)).upper() + "}"


def key_of(check):
    """A check that judges is given the thresholds that the triggers go by."""
    words = [macro(check.short, "options")]
    for alert in check.alerts:
        if is_judged_by_check(alert):
            words = ["-w", threshold_macro(check, alert, "warning"), "-c",
                     threshold_macro(check, alert, "critical"), *words]
    return f"ephemeral.{check.short}[{' '.join(words)}]"


def of_item(check, label):
    return f"/{NAME}/ephemeral.{check.short}.{label}"


def component(check):
    return {"tag": "component", "value": f"ephemeral {check.short}"}


def json_path(path, **otherwise):
    return {"type": "JSONPATH", "parameters": [path], **(otherwise or {"error_handler": "DISCARD_VALUE"})}


def dependent_item(check, label, name, steps, **more):
    return {"uuid": uuid_of(f"item {check.short}.{label}"),
            "name": f"{check.title}: {name}",
            "type": "DEPENDENT",
            "key": f"ephemeral.{check.short}.{label}",
            "delay": "0",
            "history": "31d",
            **more,
            "preprocessing": steps,
            "master_item": {"key": key_of(check)},
            "tags": [component(check)]}


# Triggers

SEVERE = {"page": "HIGH", "ticket": "AVERAGE"}


def is_judged_by_check(alert):
    """Whether it is critical depends on more than its figure, which only the check knows: ports that
    bind() cannot have matter if a program here calls it."""
    return alert["cause"] and alert["urgency"] == "page" and alert["critical"]


def lasting(alert, is_consequence=False):
    return macro("lasting", "consequence" if is_consequence or alert["cause"] else "")


def whom(check):
    """For the name of an event."""
    key = f"ephemeral.{check.short if check.short in WHOM else WORST}.worst"
    if any(alert["when"] == "not ok" for alert in check.alerts):
        key = f"ephemeral.{check.short}.summary"
    return ": {?last(/{HOST.HOST}/" + key + ")}"


def dependencies_on(*triggers):
    """None is left out."""
    named = [{name: trigger[name] for name in ("name", "expression")} for trigger in triggers if trigger]
    return {"dependencies": named} if named else {}


def trigger(check, name, expression, priority, description, about, scope="capacity", **more):
    return {"uuid": uuid_of(f"trigger {check.short} {about}"), "expression": expression,
            "name": name, **more, "priority": priority, "description": description,
            "tags": [{"tag": "scope", "value": scope}]}


def cause_trigger(checks, alert, level):
    """The one that keeps this alert's trigger quiet: the cause's, of the same level if it has one."""
    for check in checks:
        if check.name == alert["cause"]:
            [first, *others] = threshold_triggers(checks, check, check.alerts[0])
            return others[0] if level == "warning" and others else first
    return None


def value_of(check, alert):
    """What is compared with the threshold. A setting does not burst: its last value will do."""
    item = of_item(check, alert["metric"])
    if is_slow(check):
        return f"last({item})"
    value = f"{'max' if alert['when'] == 'below' else 'min'}({item},{lasting(alert)})"
    return f"100*{value}/last({of_item(check, 'max')})" if is_share(alert) else value


def is_share(alert):
    return alert["when"] == "above share of maximum"


def threshold_triggers(checks, check, alert):
    """The one for `critical` first: that for `warning` is quiet while it fires."""
    sign, word = ("<", "below") if alert["when"] == "below" else (">", "above")
    percent = "%" if alert["unit"].startswith("%") else ""
    triggers = []
    for level, priority in (("critical", SEVERE.get(alert["urgency"])), ("warning", "WARNING")):
        if not alert[level]:
            continue
        limit = threshold_macro(check, alert, level)
        name, expression = alert["problem"], value_of(check, alert) + sign + limit
        more = {"opdata": "{ITEM.LASTVALUE1}" + (" of {ITEM.LASTVALUE2}" if is_share(alert) else "")}
        if alert["urgency"] == "off":
            priority, more["status"] = "INFO", "DISABLED"
        else:
            name += f" ({word} {limit}{percent})"
        if alert["urgency"] != "off" and not is_slow(check):
            more = {"event_name": name + whom(check), **more}
        if level == "critical" and is_judged_by_check(alert):
            expression += f" and last({of_item(check, 'state')})=2"
        triggers.append(trigger(
            check, name, expression, priority, alert["consequence"] + " The summary item says more.",
            f"{alert['metric']} {level}", **more,
            **dependencies_on(*triggers, cause_trigger(checks, alert, level))))
    return triggers


def threshold_macro(check, alert, level):
    words = [check.short, alert["setting"]]
    if alert["urgency"] != "off":
        words.append("crit" if level == "critical" else "warn")
    return macro(*words)


def growth_trigger(checks, check, alert):
    return trigger(check, alert["problem"], f"change({of_item(check, alert['metric'])})>0",
                   SEVERE[alert["urgency"]], alert["consequence"], f"{alert['metric']} grows",
                   event_name=alert["problem"] + whom(check), opdata="{ITEM.LASTVALUE1} since start",
                   **dependencies_on(cause_trigger(checks, alert, "critical")))


def state_triggers(checks, check, alert):
    """The check's own verdict: CRITICAL is as severe as the alert says, WARNING is a ticket."""
    state, triggers = of_item(check, "state"), []
    for level, number, priority, word in (("critical", 2, SEVERE[alert["urgency"]], ""),
                                          ("warning", 1, "WARNING", " (WARNING)")):
        triggers.append(trigger(
            check, alert["problem"] + word, f"min({state},{lasting(alert)})>=1 and last({state})={number}",
            priority, alert["consequence"], f"not ok{word}", "availability",
            event_name=alert["problem"] + whom(check), opdata="{ITEM.LASTVALUE1}",
            **dependencies_on(*triggers, cause_trigger(checks, alert, level))))
    return triggers


def silence_trigger(check):
    state = of_item(check, "state")
    blind = f"last({state})" if is_slow(check) else f"min({state},{macro('lasting')})"
    limit = macro("nodata", "slow") if is_slow(check) else macro("nodata")
    return trigger(check, f"{check.name} cannot tell", f"{blind}=3 or nodata({state},{limit})=1",
                   "WARNING",
                   "The summary item says why. If there are no new values, the agent does not answer, or "
                   "does not run the check: see the master item, and the agent's Timeout.",
                   "cannot tell", "availability")


def forecast_trigger(checks, check, alert):
    left, usage = of_item(check, "left"), of_item(check, "usage")
    window, horizon = macro("forecast", "window"), macro("forecast", "horizon")
    least = macro("forecast", "usage")
    timeleft = f"timeleft({left},{window},0)"
    [critical, *_] = threshold_triggers(checks, check, alert)
    causes = [(cause, caused) for cause in checks for caused in cause.alerts
              if cause.name == alert["cause"] and caused["forecast"]]
    name = f"{alert['forecast']} will be gone within {horizon}"
    return trigger(check, name,
                   f"{timeleft}>=0 and {timeleft}<{horizon} and count({left},{window})>5 and "
                   f"min({usage},{lasting(alert)})>{least}", "AVERAGE",
                   f"A line through what was left during {window} reaches 0 in that time. Usage below {least} "
                   "% is not worth a forecast.", "forecast", event_name=name + whom(check),
                   opdata="{ITEM.LASTVALUE1} left",
                   **dependencies_on(critical, *(forecast_trigger(checks, *cause) for cause in causes)))


def triggers_of(checks, check, label):
    """Those that ask for this item alone."""
    triggers = []
    for alert in check.alerts:
        if alert["metric"] == label and alert["when"] in ("above", "below"):
            triggers += [made for made in threshold_triggers(checks, check, alert)
                         if not asks_for_several(made)]
        elif alert["metric"] == label and alert["when"] == "grows":
            triggers.append(growth_trigger(checks, check, alert))
        elif label == "state" and alert["when"] == "not ok":
            triggers += state_triggers(checks, check, alert)
    if label == "state":
        triggers.append(silence_trigger(check))
    return {"triggers": triggers} if triggers else {}


def asks_for_several(trigger):
    return len(set(re.findall(r"/ephemeral[.\w]+", trigger["expression"]))) > 1


def triggers_of_several_items(checks):
    triggers = []
    for check in checks:
        for alert in check.alerts:
            if alert["forecast"]:
                triggers.append(forecast_trigger(checks, check, alert))
            if alert["warning"] or alert["critical"]:
                triggers += filter(asks_for_several, threshold_triggers(checks, check, alert))
    return triggers


# Items

def is_slow(check):
    return check.service["minutes"] >= 60


def items_of(checks, check):
    yield {"uuid": uuid_of(f"item {check.short}"), "name": f"{check.title}: report",
           "key": key_of(check), "delay": macro("interval", "slow") if is_slow(check) else macro("interval"),
           "history": "1h", "trends": "0", "value_type": "TEXT",
           "description": f"{check.question}\nThe JSON report that the other items are taken from.\n",
           "tags": [component(check)]}
    yield dependent_item(
        check, "state", "state",
        [json_path("$.state_code", error_handler="CUSTOM_VALUE", error_handler_params="3")],
        description="The plugin's own verdict, from the options that it is given. The triggers judge the "
                    "figures by the macros instead.",
        valuemap={"name": "Plugin state"}, **triggers_of(checks, check, "state"))
    yield {**dependent_item(
        check, "summary", "summary",
        [json_path("$.summary", error_handler="CUSTOM_VALUE", error_handler_params=""),
         {"type": "DISCARD_UNCHANGED_HEARTBEAT", "parameters": ["1h"]}],
        trends="0", value_type="TEXT"), "history": "7d"}
    if check.short in WHOM:
        yield whom_item(check, WHOM[check.short])
    if check.short == WORST:
        yield from fleet_items(check, WHOM[check.short])
    for metric in check.metrics:
        unit = metric["unit"] if metric["unit"] != "c" else ""
        yield number_item(checks, check, metric["label"], metric["title"], metric["meaning"], unit,
                          metric["is_whole"], "value")
    for alert in check.alerts:
        if is_share(alert):
            yield number_item(checks, check, "max", "most allowed",
                              alert["unit"].partition("% of ")[2], "", True, "max", alert["metric"])


def whom_item(check, table):
    return first_row_item(check, table, "worst", "worst destination",
                          "rows[0].destination + ' from ' + rows[0].source", "no destination stands out",
                          f"Whom {check.name} is about. The names of its problems end with it.")


def fleet_items(check, table):
    """The widget of a fleet shows 20 characters of a text, so destination and source have an item each."""
    for label in "destination", "source":
        yield first_row_item(check, table, label, f"{label} of the worst tuple", f"rows[0].{label}", "none",
                             f"The {label} in \"{check.title}: worst destination\", for lists of hosts, "
                             "which have little room.")


def first_row_item(check, table, label, name, value, otherwise, description):
    script = (f"var rows = JSON.parse(value).tables.{table} || [];\n"
              f"return rows.length ? {value} : '{otherwise}';\n")
    return {**dependent_item(
        check, label, name,
        [{"type": "JAVASCRIPT", "parameters": [script]},
         {"type": "DISCARD_UNCHANGED_HEARTBEAT", "parameters": ["1h"]}],
        trends="0", value_type="TEXT", description=description), "history": "7d"}


def number_item(checks, check, label, name, description, unit, is_whole, field, metric=None):
    more = {"description": description}
    if not is_whole:
        more["value_type"] = "FLOAT"
    if unit:
        more["units"] = unit
    return dependent_item(check, label, name, [json_path(f"$.metrics.{metric or label}.{field}")],
                          **more, **triggers_of(checks, check, label))


# Discovery of the worst tuples

def tuple_key(column):
    return f'ephemeral.tuple.{column}["{{#SOURCE}}","{{#DESTINATION}}"]'


def tuple_item(check, column, name):
    row = "$.tables.tuples[?(@.source=='{#SOURCE}' && @.destination=='{#DESTINATION}')]"
    return {"uuid": uuid_of(f"tuple {column}"), "name": "{#SOURCE} to {#DESTINATION}: " + name,
            "type": "DEPENDENT", "key": tuple_key(column), "delay": "0", "history": "7d",
            "trends": "30d", "preprocessing": [json_path(f"{row}.{column}.first()")],
            "master_item": {"key": key_of(check)},
            "tags": [component(check), {"tag": "destination", "value": "{#DESTINATION}"}]}


def tuple_triggers(checks, check):
    """Quiet while the trigger of the worst tuple fires, so they are for destinations whose thresholds
    are lower, by macros with context. A tuple that was just discovered has few values, and one that is
    no longer reported keeps its last ones."""
    [alert] = check.alerts
    used = f"/{NAME}/{tuple_key('used')}"
    triggers = []
    for level, plain in zip(("critical", "warning"), threshold_triggers(checks, check, alert)):
        limit = threshold_macro(check, alert, level)[:-1] + ':"{#DESTINATION}"}'
        usage = f"100*min({used},{lasting(alert, is_consequence=True)})/last({of_item(check, 'range_size')})"
        triggers.append({
            "uuid": uuid_of(f"trigger tuple {level}"),
            "expression": f"{usage}>{limit} and count({used},#3)=3 and "
                          f"nodata({used},{macro('nodata')})=0",
            "name": "Ephemeral ports from {#SOURCE} to {#DESTINATION} are running out "
                    f"(above {limit}%)",
            "opdata": "{ITEM.LASTVALUE1} of {ITEM.LASTVALUE2}",
            "priority": plain["priority"],
            "description": f"{alert['consequence']} A macro with this destination as its context sets "
                           "another threshold for it.",
            **dependencies_on(*triggers, plain),
            "tags": [{"tag": "scope", "value": "capacity"},
                     {"tag": "destination", "value": "{#DESTINATION}"}]})
    return triggers


def discovery_rule(checks, check):
    columns = {"used": "used ports", "left": "ports left", "time_wait": "in TIME_WAIT"}
    return {"uuid": uuid_of("discovery tuples"), "name": "Worst tuples", "type": "DEPENDENT",
            "key": "ephemeral.tuples", "delay": "0",
            "filter": {"conditions": [
                {"macro": "{#DESTINATION}", "value": macro("tuples", "matches"), "formulaid": "A"},
                {"macro": "{#USED}", "value": "^[1-9][0-9]+$", "formulaid": "B"}], "evaltype": "AND"},
            "lifetime": "1d",
            "description": "The tuples of source, destination and port that use the most ports, from "
                           f"10 ports on. {macro(check.short, 'options')} says with --top how many there "
                           "are at most.",
            "item_prototypes": [tuple_item(check, *column) for column in columns.items()],
            "trigger_prototypes": tuple_triggers(checks, check),
            "graph_prototypes": [{
                "uuid": uuid_of("graph tuples"), "name": NAME + ": {#SOURCE} to {#DESTINATION}",
                "ymin_type_1": "FIXED",
                "graph_items": graph_items(dict(zip(map(tuple_key, columns),
                                                    (ORANGE, GREEN, BLUE))))}],
            "master_item": {"key": key_of(check)},
            "lld_macro_paths": [{"lld_macro": "{#" + column.upper() + "}", "path": "$." + column}
                                for column in ("destination", "source", "used")],
            "preprocessing": [json_path("$.tables.tuples")]}


# Graphs and the dashboard

def graph_items(colors):
    """Of items' keys with their colours."""
    drawn = []
    for number, (key, color) in enumerate(colors.items()):
        item = {"sortorder": str(number + 1), "color": color, "item": {"host": NAME, "key": key}}
        if number < 2:
            item["drawtype"] = ("FILLED_REGION", "BOLD_LINE")[number]
        drawn.append(item)
    return drawn


def graphs():
    for name, colors in {**GRAPHS, **GRAPHS_OF_DESTINATIONS}.items():
        yield {"uuid": uuid_of(f"graph {name}"), "name": f"{NAME}: {name}", "ymin_type_1": "FIXED",
               "graph_items": graph_items({f"ephemeral.{key}": color
                                           for key, color in colors.items()})}


def field(name, value, kind="INTEGER"):
    return {"type": kind, "name": name, "value": value}


TEXT_HEIGHT, TILE_HEIGHT, GRAPH_HEIGHT = 2, 3, 5


def row_of_tiles(tiles, y, height, **more):
    width = DASHBOARD_WIDTH // len(tiles)
    for number, (title, check, label) in enumerate(tiles):
        item = {"host": NAME, "key": f"ephemeral.{check}.{label}"}
        yield {"type": "ITEM", "name": title, "x": str(number * width), "y": str(y),
               "width": str(width), "height": str(height),
               "fields": [field("itemid", item, "ITEM"), field("show", "2"),
                          *(field(name, value) for name, value in more.items())]}


def dashboard():
    widgets = [*row_of_tiles(TEXT_TILES, 0, TEXT_HEIGHT, value_size="20", value_bold="0"),
               *row_of_tiles(TILES, TEXT_HEIGHT, TILE_HEIGHT, decimal_places="1", value_size="35",
                              decimal_size="25", units_size="25")]
    top, half = TEXT_HEIGHT + TILE_HEIGHT, DASHBOARD_WIDTH // 2
    for number, name in enumerate(GRAPHS):
        widgets.append({
            "type": "GRAPH_CLASSIC", "x": str(number % 2 * half),
            "y": str(top + number // 2 * GRAPH_HEIGHT), "width": str(half), "height": str(GRAPH_HEIGHT),
            "fields": [field("graphid", {"name": f"{NAME}: {name}", "host": NAME}, "GRAPH")]})
    widgets.append({
        "type": "GRAPH_PROTOTYPE", "x": "0",
        "y": str(top + (len(GRAPHS) + 1) // 2 * GRAPH_HEIGHT),
        "width": str(DASHBOARD_WIDTH), "height": str(2 * GRAPH_HEIGHT),
        "fields": [field("graphid", {"name": NAME + ": {#SOURCE} to {#DESTINATION}", "host": NAME},
                         "GRAPH_PROTOTYPE"), field("columns", "2"), field("rows", "2")]})
    return {"uuid": uuid_of("dashboard"), "name": NAME, "pages": [{"widgets": widgets}]}


# All of it

def macros_of(checks):
    macros = {macro(name): words for name, words in MACROS.items()}
    for check in checks:
        options = "--top 10" if check.short == WORST else check.service["arguments"]
        macros[macro(check.short, "options")] = (options, f"Options of {check.name}")
        for alert in check.alerts:
            for level in ("warning", "critical"):
                if alert[level]:
                    side = "below" if alert["when"] == "below" else "above"
                    macros[threshold_macro(check, alert, level)] = (
                        alert[level], f"{alert['unit']}, {side} which to alert")
    return [{"macro": name, **({"value": value} if value else {}), "description": description}
            for name, (value, description) in sorted(macros.items())]


def make_export(checks):
    [worst] = [check for check in checks if check.short == WORST]
    group = "Templates/Operating systems"
    return {"zabbix_export": {
        "version": "6.0",
        "date": DATE,
        "groups": [{"uuid": uuid_of("group"), "name": group}],
        "templates": [{
            "uuid": uuid_of("template"), "template": NAME, "name": NAME,
            "description": "How many ephemeral ports a Linux host has left, for whom, who takes them, "
                           "and when they will be gone.\nNeeds monitoring-plugins-ephemeral on the "
                           "host, and its ephemeral.conf among the files of the Zabbix agent or agent "
                           "2.\n",
            "groups": [{"name": group}],
            "items": [item for check in checks for item in items_of(checks, check)],
            "discovery_rules": [discovery_rule(checks, worst)],
            "macros": macros_of(checks),
            "dashboards": [dashboard()],
            "valuemaps": [{"uuid": uuid_of("states"), "name": "Plugin state", "mappings": [
                {"value": str(code), "newvalue": state} for code, state in enumerate(
                    ("OK", "WARNING", "CRITICAL", "UNKNOWN"))]}]}],
        "triggers": triggers_of_several_items(checks),
        "graphs": list(graphs())}}


class Dumper(yaml.SafeDumper):
    """Lays a file out as by hand: lists indented, long text as it is, nothing by reference."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


def represent_text(dumper, text):
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


if __name__ == "__main__":
    Dumper.add_representer(str, represent_text)
    print("# Made from plugins/*_description.cc of monitoring-plugins-ephemeral.")
    yaml.dump(make_export(declarations.read(sys.argv[1:])), sys.stdout, Dumper, sort_keys=False,
              width=10000, allow_unicode=True)
