"""What a check says, taken apart, so that what arrives at a scheduler can be held against it."""

import json
import re

PERFDATA = re.compile(r"(?:'((?:[^']|'')+)'|([^\s'=]+))=(\S*)")
STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]

# A time differs from one run to the next, whoever runs the check.
# The slowest of several answers is the one that the probe's sentence names.
TIMES = [(re.compile(r"\bto (?:the wildcard address|\S+) gets a port, found in [\d.]+ us"),
          "gets a port, found in N us"),
         (re.compile(r"(search_time )[\d.e-]+( s >)"), r"\1N\2"),
         (re.compile(r"(search_time'?=)[\d.e-]+s"), r"\1Ns")]
ANSWER = re.compile(r"(?:TCP|UDP) \w+\(\) ")


def without_times(text):
    for pattern, replacement in TIMES:
        text = pattern.sub(replacement, text)
    return text


def without_columns(details):
    """Tables without their alignment and the probe's times, which differ in width."""
    details = without_times(details)
    details = re.sub(r"^((?:TCP|UDP) \w+\(\).*\d) +[\d.]+( +\S+)$", r"\1 N\2", details, flags=re.M)
    lines = re.sub(r" {2,}", " ", details).strip().split("\n")
    # The slowest answer comes first, and which one that is differs, too.
    answers = sorted(line for line in lines if ANSWER.match(line))
    return "\n".join(answers.pop(0) if ANSWER.match(line) else line for line in lines)


def parse_perfdata(text):
    """{label: 'value[UOM];warn;crit;min;max'}; throws if there is more than that."""
    found = {}
    rest = text.strip()
    while rest:
        match = PERFDATA.match(rest)
        if not match:
            raise ValueError(f"no performance data: {rest!r}")
        found[(match[1] or match[2]).replace("''", "'")] = match[3]
        rest = rest[match.end():].lstrip()
    return found


class Answer:
    """`state`, `text`, `perfdata` and `details` of a check's output."""

    def __init__(self, state, output):
        first, _, details = output.rstrip("\n").partition("\n")
        text, _, perfdata = first.partition("|")
        self.state = state
        self.text = without_times(text.strip())
        self.perfdata = parse_perfdata(without_times(perfdata))
        self.details = without_columns(details)

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __repr__(self):
        return repr(vars(self))


def parse_report(text):
    """The JSON report without what differs from run to run."""
    report = json.loads(text)
    report["summary"] = without_times(report["summary"])
    report["details"] = [without_times(line) for line in report["details"]]
    for label, metric in report["metrics"].items():
        if label.endswith("search_time"):
            metric["value"] = None
    answers = report["tables"].get("answers", [])
    for row in answers:
        for key in ("search_time", "search_microseconds"):
            row.pop(key, None)
    answers.sort(key=lambda row: (row["call"], row["address"]))
    return report
