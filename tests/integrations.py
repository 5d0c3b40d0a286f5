#!/usr/bin/env python3
"""Every figure that the files of integrations/ ask for is one that a check prints. What a check declares
of its figures is what it prints of them.

Usage: integrations.py SOURCE, in the build folder. What was not made here comes from the source, as in
a tarball. CHECKS in the environment names the checks.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import uuid

FIRST_TEMPLATE = "tests/fixtures/zabbix_template_of_the_first_release.yaml"
# What brings a check to print all that it declares.
ARGUMENTS = {"check_ephemeral_probe": ["--bind", "--protocol", "all", "127.0.0.1:1"]}


def run(check, output_format):
    return subprocess.run([f"plugins/{check}", f"--output-format={output_format}",
                           *ARGUMENTS.get(check, [])], stdout=subprocess.PIPE, text=True,
                          check=False).stdout


def read(source, path):
    path = os.path.join("integrations", path)
    with open(path if os.path.exists(path) else os.path.join(source, path)) as file:
        return file.read()


def prometheus_names(checks):
    """Series of tuples are printed only if there are connections: what the checks declare counts, which
    the live tests hold against what is printed."""
    text = "".join(run(check, "openmetrics") for check in checks)
    series = {series["openmetrics"] for check in checks for series in declaration(check)["series"]}
    return series | set(re.findall(r"^(ephemeral_\w+)[ {]", text, re.M))


def declaration(check):
    return json.loads(subprocess.run([f"man/generator/{check}", "declaration"], check=True,
                                     stdout=subprocess.PIPE, text=True).stdout)


def misdeclared_rows(check, tables, said):
    """Tables and keys of the report that are not declared, and values of another type."""
    types = {"string": str, "integer": int, "number": (int, float), "array": list}
    declared = {table["name"]: {column["key"]: column["type"] for column in table["columns"]}
                for table in said["tables"]}
    for name in set(tables) ^ set(declared):
        yield f"{check} has the table {name} in one of its report and its declaration alone"
    always = {table["name"]: {column["key"] for column in table["columns"] if column["is_always_there"]}
              for table in said["tables"]}
    for name in set(tables) & set(declared):
        yield from (f"{check} declares {key} of {name} to be there always, and a row lacks it"
                    for row in tables[name] for key in always[name] - set(row))
        for key, value in (cell for row in tables[name] for cell in row.items()):
            if key not in declared[name]:
                yield f"{check} prints {key} in {name}, which it does not declare"
            elif not isinstance(value, types[declared[name][key]]):
                yield f"{check} declares {key} in {name} as {declared[name][key]}, and prints {value}"


def misdeclared_most(check, report, said):
    for metric in said["metrics"]:
        most, printed = metric["most"], report.get(metric["label"], {}).get("max")
        if not most:
            wrong = printed is not None
        elif most in report or most.isdigit():
            wrong = printed != (report[most]["value"] if most in report else int(most))
        else:  # the name of what holds it outside of the report
            wrong = printed is None
        if wrong:
            yield f"{check} declares {most or 'nothing'} as the most of {metric['label']}, and prints {printed}"


def misdeclared(check):
    """Units, default thresholds and tables that are not those of the check's report."""
    whole = json.loads(run(check, "json"))
    report = whole["metrics"]
    said = declaration(check)
    yield from misdeclared_rows(check, whole["tables"], said)
    yield from misdeclared_most(check, report, said)
    units = {metric["label"]: metric["unit"] for metric in said["metrics"]}
    for label, unit in units.items():
        if label not in report:
            yield f"{check} declares {label}, which it does not print with what tests/integrations.py gives it"
        elif report[label]["unit"] != unit:
            yield f"{check} declares '{unit}' as the unit of {label}, and prints it in another"
    # Other labels are the far ends of intervals.
    for label in set(report) - set(units):
        if not label.endswith(("_most", "_least")):
            yield f"{check} prints {label}, which it does not declare"
    for alert in said["alerts"]:
        for level in ("warning", "critical"):
            # What is switched off is no default.
            if alert[level] and alert["urgency"] != "off":
                wanted = alert[level] + (":" if alert["when"] == "below" else "")
                metric = report[alert["metric"]]
                if alert["when"] == "above share of maximum":
                    wanted = str(int(metric["max"] * int(wanted) / 100))
                # What can wait has a second level for those who plan by it, and no check is
                # CRITICAL for it.
                if alert["urgency"] == "ticket" and level == "critical" and not metric[level]:
                    continue
                if metric[level] != wanted:
                    yield f"{check} declares {level} at {wanted}, and its default is {metric[level]}"


def wrong_in_template(template):
    uuids = re.findall(r"uuid: '?(\w+)'?", template)
    wrong = [uuid for uuid in uuids
             if not re.fullmatch(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", uuid)]
    twice = {uuid for uuid in uuids if uuids.count(uuid) > 1}
    unknown = set(re.findall(r"\{\$[A-Z.]+\}", template)) - \
        set(re.findall(r"- macro: '(\{.*?\})'", template))
    for what, found in (("no UUID of version 4", wrong), ("given twice", twice),
                        ("undefined macro", unknown)):
        if found or not uuids:
            yield f"the template for Zabbix: {what}: {', '.join(found)}"


def things_of(value):
    """What Zabbix knows by its UUID, with what makes it that thing: its key without parameters, the
    keys that its expression asks for, or its name."""
    if isinstance(value, dict):
        if "uuid" in value:
            keys = re.findall(r"/(ephemeral[.\w]+)", value.get("expression", ""))
            yield value["uuid"], set(keys) or {value.get("key", value["name"]).partition("[")[0]}
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from things_of(part)


def lost_in_template(template, first):
    """What an upgrade from the template of the first release would not find again. A trigger may ask
    for more than it did."""
    try:
        import yaml
    except ImportError:
        print("SKIPPED: what the template's UUIDs stand for, as there is no PyYAML")
        return
    present = dict(things_of(yaml.safe_load(template)))
    for number, thing in things_of(yaml.safe_load(first)):
        if not thing <= present.get(number, set()):
            yield f"the template's {number} was {thing}, and is {present.get(number)}"


def wrong_in_fleet(dashboard, template):
    """Columns that ask for an item by a name that the template does not give."""
    names = set(re.findall(r"^ +name: ['\"]?(.*?)['\"]?$", template, re.M))
    fields = dashboard["pages"][0]["widgets"][0]["fields"]
    items = {field["value"] for field in fields if field["name"].startswith("columns.item.")}
    for name in items - names - {""}:
        yield f"the dashboard of a fleet asks for {name}, which is no item of the template"
    if len(items) < 4:
        yield "the dashboard of a fleet asks for hardly any item"


def wrong_in_basket(basket, commands):
    """What Icinga Director's importer (BasketSnapshot.php, ObjectImporter.php) would refuse."""
    known = {"uuid", "object_name", "object_type", "check_command", "check_interval",
             "max_check_attempts", "retry_interval", "use_agent", "notes", "vars", "fields"}
    kinds = {"String", "Array", "Boolean"}
    if set(basket) != {"Datafield", "ServiceTemplate"}:
        yield f"the basket holds {', '.join(basket)}"
    for number, field in basket["Datafield"].items():
        uuid.UUID(field["uuid"])
        if field["datatype"].rpartition("\\DataType")[2] not in kinds or not number.isdigit():
            yield f"the basket's field {number} is {field}"
    variables = [field["varname"] for field in basket["Datafield"].values()]
    if len(set(variables)) != len(variables):
        yield "two fields of the basket are one variable"
    for name, template in basket["ServiceTemplate"].items():
        uuid.UUID(template["uuid"])
        if name != template["object_name"] or template["object_type"] != "template" or \
                set(template) - known:
            yield f"the basket's {name} is no template that Director knows"
        if f'object CheckCommand "{template["check_command"]}"' not in commands:
            yield f"the basket's {name} runs a command that is not there"
        fields = [basket["Datafield"].get(str(field["datafield_id"]), {}).get("varname")
                  for field in template["fields"]]
        for variable in [*template["vars"], *fields]:
            if f'"${variable}$"' not in commands:
                yield f"the basket's {name} sets {variable}, which no command reads"


def wrong_in_dashboard(dashboard):
    """What Grafana shows wrong or not at all."""
    title = dashboard["title"]
    if len({panel["id"] for panel in dashboard["panels"]}) != len(dashboard["panels"]):
        yield f"{title}: two panels have one id"
    taken = set()
    for panel in dashboard["panels"]:
        place, defaults = panel["gridPos"], panel["fieldConfig"]["defaults"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        if cells & taken or any(x >= 24 for x, _ in cells):
            yield f"{title}: {panel['title']} lies on another panel, or outside"
        taken |= cells
        is_share = [expression["expr"].find("_ratio") >= 0 for expression in panel["targets"]]
        if panel["type"] != "table" and is_share != [defaults["unit"] == "percentunit"] * len(is_share):
            yield f"{title}: {panel['title']} mixes percentages and counts"
        overrides = [each["value"] for override in panel["fieldConfig"]["overrides"]
                     for each in override["properties"] if each["id"] == "thresholds"]
        for thresholds in [defaults["thresholds"], *overrides]:
            values = [step["value"] for step in thresholds["steps"]]
            if values[0] is not None or values[1:] != sorted(values[1:]):
                yield f"{title}: the thresholds of {panel['title']} are out of order"
        # The fewer are left, the redder.
        if panel["type"] == "stat" and re.search(r": left|usable", panel["title"]):
            colors = [step["color"] for step in defaults["thresholds"]["steps"]]
            if colors[0] != "red" or colors[-1] != "green":
                yield f"{title}: {panel['title']} is {colors[0]} at 0"


def unrecorded(rules, expressions):
    """Records that the dashboards ask for and no rule makes, and those that nobody asks for."""
    made = set(re.findall(r"record: (\S+)", rules))
    asked = set(re.findall(r"\w+:ephemeral_\w+:\w+", " ".join(expressions)))
    return [f"{name} is either recorded or asked for, but not both" for name in sorted(made ^ asked)]


def lost_arguments(source):
    """Arguments of a service that Icinga's examples and Director's basket do not pass on."""
    if importlib.util.find_spec("jinja2") is None:
        print("SKIPPED: a service's arguments in Icinga's examples, as there is no Jinja2")
        return
    folder = os.path.join(source, "integrations")
    said = declaration("check_ephemeral_ports")
    said["services"] = [{"title": "Sample", "minutes": 1,
                         "arguments": "-w 50 --exclude 192.0.2.0/24 --exclude=[::1] -4 --held=count"}]
    wanted = {"warning": "50", "exclude": ["192.0.2.0/24", "[::1]"], "ipv4": True, "held": "count"}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(said, file)
        file.flush()

        def make(*words):
            return subprocess.run([sys.executable, "-B", *words, file.name], check=True,
                                  stdout=subprocess.PIPE, text=True).stdout

        examples = make(f"{folder}/generate.py", f"{folder}/icinga2/examples/services.conf.j2")
        basket = json.loads(make(f"{folder}/icinga2/make_basket.py"))
    found = dict(re.findall(r"^  vars\.ephemeral_ports_(\w+) = (.*)$", examples, re.M))
    # Icinga's literals are those of JSON here.
    for name, value in wanted.items():
        if name not in found or json.loads(found[name]) != value:
            yield f"Icinga's example has {found.get(name)} for {name} of a service, and not {value}"
    if set(found) != set(wanted):
        yield f"Icinga's example sets {', '.join(found)}"
    [template] = basket["ServiceTemplate"].values()
    if template["vars"] != {f"ephemeral_ports_{name}": value for name, value in wanted.items()}:
        yield f"the basket sets {template['vars']}"


def stale_documents(source, checks):
    """Lines of docs/ that are not what the checks declare."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, check) for check in checks]
        for check, path in zip(checks, paths):
            with open(path, "w") as file:
                json.dump(declaration(check), file)
        done = subprocess.run([sys.executable, "-B", f"{source}/docs/refresh.py", "--compare", *paths],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        yield done.stdout


def unreadable(source):
    """Files that are not of the language that they are written in, as far as Python knows it here."""
    try:
        import yaml
        for document in yaml.safe_load_all(read(source, "sensu/ephemeral.yaml")):
            if document["type"] != "CheckConfig" or document["spec"]["interval"] < 60:
                yield f"sensu/ephemeral.yaml has {document}"
    except ImportError:
        print("SKIPPED: Sensu's file, as there is no PyYAML")
    try:
        import tomllib
        for call in tomllib.loads(read(source, "telegraf/ephemeral.conf"))["inputs"]["exec"]:
            if call["data_format"] != "nagios" or len(call["commands"]) != 1:
                yield f"telegraf/ephemeral.conf has {call}"
    except ImportError:
        print("SKIPPED: Telegraf's file, as this Python reads no TOML: 3.11 does")


def main(source):
    checks = os.environ["CHECKS"].split()
    rules = read(source, "prometheus/ephemeral-ports.rules.yml")
    dashboards = [read(source, f"grafana/{name}.json")
                  for name in ("ephemeral-ports", "ephemeral-ports-fleet")]
    expressions = [target["expr"] for text in dashboards for panel in json.loads(text)["panels"]
                   for target in panel["targets"]]
    alerts = re.findall(r"^ +expr: (.*(?:\n {10}.*)*)", rules, re.M)
    asked = set(re.findall(r"\bephemeral_[a-z]\w*", " ".join(expressions + alerts)))
    failures = [f"Prometheus is asked for {name}, which no check prints"
                for name in sorted(asked - prometheus_names(checks))]
    for check in checks:
        failures += misdeclared(check)
    template = read(source, "zabbix/template_ephemeral_ports.yaml")
    failures += wrong_in_template(template)
    with open(os.path.join(source, FIRST_TEMPLATE)) as file:
        failures += lost_in_template(template, file.read())
    failures += wrong_in_fleet(json.loads(read(source, "zabbix/fleet_dashboard.json")), template)
    failures += wrong_in_basket(json.loads(read(source, "icinga2/director-basket.json")),
                                read(source, "icinga2/ephemeral.conf"))
    failures += lost_arguments(source)
    failures += stale_documents(source, checks)
    failures += unreadable(source)

    failures += [problem for text in dashboards for problem in wrong_in_dashboard(json.loads(text))]
    failures += unrecorded(rules, expressions)

    states = [re.compile(words)
              for words in re.findall(r'__name__=~\\?"([^"\\]+)', rules + "".join(dashboards))]
    failures += [f"{words.pattern} does not match the state of {check}"
                 for words in states for check in checks
                 if not words.fullmatch(check[len("check_"):] + "_state")]
    if len(asked) < 10 or not expressions or not alerts or not states:
        failures.append("hardly any name was found: this test looks in the wrong place")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
