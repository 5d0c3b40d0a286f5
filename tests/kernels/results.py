"""What a kernel's console says of the tests, and the table of all kernels."""

import dataclasses
import re

PROGRAM = re.compile(r"^== begin (?P<name>\S+)$(?P<text>.*?)"
                     r"(?:^== end \S+, status (?P<status>\d+) after (?P<seconds>\d+) s$|\Z)",
                     re.M | re.S)
CASES = re.compile(r"^ *(\d+) test cases? out of \d+ (passed|failed|skipped)", re.M)
REASON = re.compile(r'Test (?:case|suite) "(.*)" is skipped because (?:precondition failed: )?(.*)')
SCORE = re.compile(r"^truth: (.*): (\d+) exact, (\d+) between, (\d+) wrong$", re.M)
FAILURE = re.compile(r'^.*: (?:fatal )?error: in "(.*?)": (.*)$', re.M)
PROGRESS = re.compile(r"^.*: (?:Entering|Leaving) test .*\n|^skipped .*\n|^.* is skipped because .*\n",
                      re.M)
# Why Boost.Test calls a suite disabled: guest.sh leaves this one out, and the others are the slow ones.
LEFT_OUT = {"system_calls": "it takes an emulated processor minutes; make check runs it on the host"}
SLOW = "it takes minutes, see make check-slow"
LAST = "== done"

HEADINGS = ["kernel", "passed", "failed", "skipped", "exact", "two ends", "wrong"]


@dataclasses.dataclass
class Program:
    name: str
    status: int  # None if it did not end
    seconds: int
    text: str

    def __post_init__(self):
        self.passed = self.failed = self.skipped = 0
        for number, verdict in CASES.findall(self.text):
            setattr(self, verdict, getattr(self, verdict) + int(number))
        # It crashed, or failed outside of a case.
        if self.status != 0 and not self.failed:
            self.failed = 1

    def complaints(self):
        """Its output without the lines that only show progress, or what is skipped."""
        return PROGRESS.sub("", self.text).strip()

    def failures(self):
        """Pairs of a failed test and what was found."""
        return FAILURE.findall(self.text)

    def reasons(self):
        """Pairs of a skipped test, or suite, and why."""
        return [(name, why.replace("disabled", LEFT_OUT.get(name, SLOW)))
                for name, why in REASON.findall(self.text)]


@dataclasses.dataclass
class Result:
    """Of one kernel."""
    release: str
    text: str

    def __post_init__(self):
        self.programs = [
            Program(match["name"], match["status"] and int(match["status"]), match["seconds"],
                    match["text"]) for match in PROGRAM.finditer(self.text)]
        self.scores = {call: [int(number) for number in numbers]
                       for call, *numbers in SCORE.findall(self.text)}

    def ended(self):
        return re.search(f"^{LAST}$", self.text, re.M) is not None

    def count(self, verdict):
        return sum(getattr(program, verdict) for program in self.programs)

    def row(self):
        scores = [sum(column) for column in zip(*self.scores.values())] or ["-"] * 3
        return [self.release, *(self.count(verdict) for verdict in ("passed", "failed", "skipped")),
                *scores]


def format_plain(results):
    rows = [HEADINGS] + [[str(cell) for cell in result.row()] for result in results]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "".join(row[0].ljust(widths[0]) +
                   "".join("  " + cell.rjust(width) for cell, width in zip(row[1:], widths[1:])) +
                   "\n" for row in rows)


def markdown(cells):
    return "| " + " | ".join(map(str, cells)) + " |\n"


def by_version(row):
    return [int(number) for number in re.findall(r"\d+", row)]


def merge(old, results, complete):
    """The table in Markdown; a run of some kernels leaves the rows of the others as they were."""
    rows = {} if complete else {line.split()[1]: line + "\n" for line in old.splitlines()[2:]}
    rows.update((result.release, markdown(result.row())) for result in results)
    return (markdown(HEADINGS) + markdown(["---"] + ["---:"] * (len(HEADINGS) - 1)) +
            "".join(sorted(rows.values(), key=by_version)))


def write_into(path, results, complete):
    """Puts the table into a document, between the two comments that mark its place."""
    with open(path) as file:
        text = file.read()
    place = re.compile(r"(^<!-- made by `make kernel-table` -->\n)(.*?)(^<!-- end -->$)", re.M | re.S)
    changed, times = place.subn(
        lambda match: match[1] + merge(match[2], results, complete) + match[3], text)
    if times != 1:
        raise ValueError(f"{path} has no place for the table")
    with open(path, "w") as file:
        file.write(changed)
