"""What each form of output has to be, by a strict parser of it. Each gives the figures by label, in
the units of the performance data, so that they can be compared."""

import copy
import json
import re
import unicodedata
from decimal import Decimal

import jsonschema
from integrations import declaration
from prometheus_client.openmetrics.parser import text_string_to_metric_families

FORMATS = ("plugin", "json", "openmetrics")
STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
LONGEST = 4096        # bytes that Nagios Core passes on
LONGEST_LINE = 160    # characters before the performance data; 200 if an IPv6 address is in it
# The one exception is a time, as search_time: a search takes microseconds, of which two decimals of a
# second would leave nothing.
DECIMALS, DECIMALS_OF_SECONDS = 2, 9
# No two runs measure the same of these.
MOVING = {"search_time", "udp_search_time", "bind_search_time", "close_rate", "projected", "projected_most"}
# The draft came with jsonschema 4, and Ubuntu 22.04 and EL 9 have 3.2.
Validator = getattr(jsonschema, "Draft202012Validator", None)
LACK_OF_DRAFT = "" if Validator else "this jsonschema does not know draft 2020-12: 4.0 does"
NUMBER = r"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?"
RANGE = rf"@?(?:(?:~|{NUMBER}):(?:{NUMBER})?|{NUMBER})"
PERFDATA = re.compile(rf"(?P<label>[a-z][a-z0-9_]*)=(?P<value>{NUMBER})(?P<unit>%|s|B|c|)"
                      rf"(?:;(?P<warning>{RANGE})?(?:;(?P<critical>{RANGE})?"
                      rf"(?:;(?P<min>{NUMBER})?(?:;(?P<max>{NUMBER})?)?)?)?)?")


class Malformed(Exception):
    pass


def require(truth, problem):
    if not truth:
        raise Malformed(problem)


def decimals_of(number):
    return max(0, -Decimal(number).as_tuple().exponent)


def closed(schema):
    """New keys may come at any time, so the schema lets them be; here none may that it does not name."""
    schema = copy.deepcopy(schema)
    tables = schema["properties"]["tables"]
    tables["additionalProperties"] = False
    for table in tables["properties"].values():
        table["items"]["additionalProperties"] = False
    return schema


def parse_plugin(text, state, declared):
    require(len(text.encode()) <= LONGEST, f"{len(text.encode())} bytes")
    require(text.endswith("\n"), "no newline at its end")
    strange = {character for character in text.replace("\n", "")
               if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    require(not strange, f"it has the characters {strange}")
    first, *others = text[:-1].split("\n")
    require(all(others), "an empty line")
    require("|" not in "".join(others), "a | in long output")
    require(first.count("|") <= 1, "more than one | on the first line")
    sentence, bar, perfdata = first.partition(" | ")
    require(bar or "|" not in first, "a | without spaces around it")
    require(re.match(rf"[A-Z ]+ {state} - \S", sentence), f"it does not begin with {state}")
    most = 200 if re.search(r"[0-9a-f]*:[0-9a-f:]*:", sentence) else LONGEST_LINE
    require(len(sentence) <= most, f"{len(sentence)} characters before |")
    metrics = {}
    for word in perfdata.split(" ") if bar else []:
        found = PERFDATA.fullmatch(word)
        require(found, f"{word} is no performance data")
        require(found["label"] not in metrics, f"{found['label']} is there twice")
        numbers = [found[key] for key in ("value", "min", "max") if found[key]]
        most = DECIMALS_OF_SECONDS if found["unit"] == "s" else DECIMALS
        require(all(decimals_of(number) <= most for number in numbers), f"{word} has too many decimals")
        metrics[found["label"]] = found
    check_labels(metrics, declared)
    return metrics


def check_labels(metrics, declared):
    units = {metric["label"]: metric["unit"] for metric in declared["metrics"]}
    plain = [label for label in metrics if label in units]
    require(plain == [label for label in units if label in plain], f"{plain} are in another order")
    for label, found in metrics.items():
        base = re.sub("_(most|least)$", "", label)
        require(base in plain, f"{label} is not declared")
        require(found["unit"] == units[base], f"{label} has the unit '{found['unit']}'")


def too_long(tables):
    """The numbers with more decimals than they may have."""
    for key, value in (cell for rows in tables.values() for row in rows for cell in row.items()):
        most = DECIMALS_OF_SECONDS if key == "search_time" else DECIMALS
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, Decimal) and decimals_of(number) > most:
                yield f"{key} is {number}"


def parse_json(text, state, schema):
    require(text.count("\n") == 1 and text.endswith("\n"), "more or less than one line")

    # Python takes NaN and Infinity, which JSON has not.
    def refuse(word):
        raise Malformed(f"{word} is no number of JSON")

    plain = json.loads(text, parse_constant=refuse)
    if Validator:
        Validator(schema).validate(plain)
    report = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    require((report["state"], report["state_code"]) == (state, STATES.index(state)),
            f"its state is {report['state']}, {report['state_code']}")
    long = ", ".join(too_long(report["tables"]))
    require(not long, f"too many decimals in tables: {long}")
    return report


def parse_openmetrics(text, state, name):
    require(text.endswith("\n# EOF\n"), "no # EOF at its end")
    series = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            series[sample.name, tuple(sorted(sample.labels.items()))] = Decimal(repr(sample.value))
    # The parser passes over a series that is there twice.
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    require(len(lines) == len(series), f"{len(lines)} samples of {len(series)} series")
    prefix = name[len("check_"):]
    require(series.get((f"{prefix}_state", ())) == STATES.index(state), "its state is another")
    return series


class Forms:
    """Of all checks."""

    def __init__(self, schema, checks):
        if Validator:
            Validator.check_schema(schema)
        self.schema = closed(schema)
        self.declared = {check: declaration(check) for check in checks}

    def problems_of(self, case, outputs):
        parsed = {}
        for name, output in outputs.items():
            try:
                require(output.stderr == b"", f"standard error has {output.stderr!r}")
                require(output.returncode == STATES.index(case.state), f"its exit code is {output.returncode}")
                require(name != "plugin" or case.says in output.stdout.decode(), f"nothing says '{case.says}'")
                parsed[name] = self.parse(name, output.stdout.decode(), case)
            except (Malformed, ArithmeticError, LookupError, ValueError, jsonschema.ValidationError) as error:
                yield f"{name}: {str(error).splitlines()[0]}: {output.stdout!r}"
        if len(parsed) == len(FORMATS):
            yield from self.differences(case, parsed)

    def parse(self, name, text, case):
        if name == "plugin":
            return parse_plugin(text, case.state, self.declared[case.check])
        if name == "json":
            return parse_json(text, case.state, self.schema)
        return parse_openmetrics(text, case.state, case.check)

    def differences(self, case, parsed):
        """Between the figures of the forms. Those that move are only there in all of them."""
        perfdata, metrics, series = (parsed[name] for name in FORMATS)
        if list(perfdata) != list(metrics["metrics"]):
            yield f"plugin has {list(perfdata)}, and json {list(metrics['metrics'])}"
            return
        if metrics["check"] != case.check:
            yield f"json is of {metrics['check']}"
        names = {metric["label"]: metric["openmetrics"] for metric in self.declared[case.check]["metrics"]}
        for label, found in perfdata.items():
            other = metrics["metrics"][label]
            for key in ("unit", "warning", "critical"):
                if (found[key] or "") != (other[key] or ""):
                    yield f"{label}: {key} is {found[key]} in plugin, and {other[key]} in json"
            end = re.search("(_most|_least)?$", label)[0]
            base = label[:len(label) - len(end)]
            suffix = next((s for s in ("_ratio", "_seconds", "_total") if names[base].endswith(s)), "")
            series_name = names[base][:len(names[base]) - len(suffix)] + end + suffix
            if (series_name, ()) not in series:
                yield f"openmetrics lacks {series_name}"
                continue
            value = series[series_name, ()] * (100 if found["unit"] == "%" else 1)
            figures = [Decimal(found["value"]), other["value"], value]
            if label not in MOVING and len(set(figures)) > 1:
                yield f"{label} is {', '.join(map(str, figures))} in {', '.join(FORMATS)}"
            for key in ("min", "max"):
                if label not in MOVING and (Decimal(found[key]) if found[key] else None) != other[key]:
                    yield f"{label}: {key} is {found[key]} in plugin, and {other[key]} in json"
