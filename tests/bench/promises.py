"""What was promised (docs/performance.md), next to what was measured."""
import dataclasses
import re
import statistics

import captures
import namespaces
import nat
import owners
from costs import BY_PROCFS, MUTE, QUESTIONS, TRACED, TRACED_MUTE
from populations import STATES

MIB = 1024  # in KiB, as the kernel counts peak memory
PORTS = "check_ephemeral_ports"
COMPARISON = re.compile(r"\d+ ports, \d+ held: ([\d.]+) us by a fresh socket, "
                        r"([\d.]+) us by one socket")
CALLS = re.compile(r"It made (\d+) system calls\.")


@dataclasses.dataclass
class Verdict:
    what: str
    measured: float
    at_most: float
    unit: str = ""

    @property
    def result(self):
        return "ok" if round(self.measured, 2) <= self.at_most else "FAIL"


def worst(names, figure):
    """The largest figure, and whose it is without what all their names begin with."""
    name = max(names, key=figure)
    return figure(name), name.removeprefix("check_ephemeral")


def judge(population, costs):
    checks, title = costs.checks(population.judged), population.title
    if population.sockets == 0:
        for names, base in ((checks, "the bare dump"), ([BY_PROCFS], "cat /proc/net/tcp{,6}")):
            over, name = worst(names, lambda name: 1000 * costs.taken(name, "over"))
            yield Verdict(f"{title}: time over {base} ({name})", over, 3, " ms")
    if population.at_most:
        ratio, name = worst(checks, lambda name: costs.taken(name, "ratio"))
        yield Verdict(f"{title}: time / bare dump ({name})", ratio, population.at_most)
    if population.on_curve and population.at_most:
        # What the questions take is judged by itself, and their calls take user time, too.
        user, name = worst([MUTE if name == PORTS else name for name in checks],
                           lambda name: costs.median(name, "user"))
        yield Verdict(f"{title}: user time a socket ({name})", 1e9 * user / population.sockets, 60,
                      " ns")
    allowed = (8 * MIB + (population.sockets * population.socket_bytes
                          + costs.tuples * population.tuple_bytes) / 1024)
    peak, name = worst(costs.checks(), lambda name: costs.median(name, "peak"))
    yield Verdict(f"{title}: peak memory ({name})", peak / MIB, allowed / MIB, " MiB")
    yield from judge_situation(population, costs)
    if population.asks:
        yield from judge_questions(costs)


def judge_situation(population, costs):
    """Whether the population is what it stands for, as far as the check is right."""
    runs = costs.runs[PORTS]
    if population.state:
        others = sum(STATES[run.status] != population.state for run in runs)
        yield Verdict(f"{population.title}: runs that do not say {population.state}", others, 0)
    if population.heads_for:
        others = sum(run.projected <= population.heads_for for run in runs)
        # On a starved machine the closes do not always come as fast as they should.
        yield Verdict(f"{population.title}: runs that do not see it heading for more than"
                      f" {population.heads_for} %", others, len(runs) // 2)


def read_lines(pattern, runs):
    """The groups of `pattern` as numbers, from the output of each run."""
    return [[float(group) for group in match.groups()] for run in runs for line in run.output
            if (match := pattern.match(line))]


def judge_questions(costs):
    comparisons = read_lines(COMPARISON, costs.runs[QUESTIONS])
    yield Verdict("a question by one socket / by a fresh one each",
                  statistics.median(one / fresh for fresh, one in comparisons), 0.5)
    asked = [1e6 * run.asked / run.questions / fresh
             for run, (fresh, _) in zip(costs.runs[PORTS], comparisons) if run.questions]
    if asked:
        yield Verdict(f"a question of {PORTS} / by a fresh socket each",
                      statistics.median(asked), 0.5)
    (traced,), (mute,) = costs.runs[TRACED], costs.runs[TRACED_MUTE]
    if traced.questions:
        ((with_questions,),), ((without,),) = (read_lines(CALLS, [run]) for run in (traced, mute))
        yield Verdict(f"a question of {PORTS}, in system calls",
                      (with_questions - without) / traced.questions, 3)


def judge_namespaces(idle, crowded):
    """Of check_ephemeral_namespaces, in milliseconds."""
    title = f"{namespaces.COUNT} idle network namespaces"
    yield Verdict(f"{title}: processor time (_namespaces)", idle, 60, " ms")
    yield Verdict(f"{title}, {namespaces.CROWD:,} sockets in one more: processor time (_namespaces)", crowded,
                  300, " ms")


def judge_owners(on_top):
    """Of check_ephemeral_ports, in milliseconds."""
    title = f"owners of {len(owners.SERVERS)} rows, {owners.COUNT:,} control groups"
    yield Verdict(f"{title}: additional processor time (_ports)", on_top, 15, " ms")


def judge_capture(time, peak):
    """Of check_ephemeral_ports, in milliseconds and KiB."""
    title = f"a capture of {captures.SOCKETS:,} sockets"
    yield Verdict(f"{title}: processor time (_ports)", time, 300, " ms")
    yield Verdict(f"{title}: peak memory (_ports)", peak / MIB, 64, " MiB")


def judge_nat(table, costs, stall, share):
    yield Verdict(f"{table.title}: time / bare dump (_nat)", costs.taken(nat.CHECK, "ratio"), 1.15)
    allowed = 8 * MIB + (table.entries * 12 + costs.tuples * 96) / 1024
    yield Verdict(f"{table.title}: peak memory (_nat)", costs.median(nat.CHECK, "peak") / MIB, allowed / MIB,
                  " MiB")
    if stall is not None:
        yield Verdict(f"{table.title}: stall of forwarded packets / bare dump (_nat)", stall, 1.25)
    yield Verdict("the share of refused connections, a tuple (_nat)", share, 2, " ms")


def judge_linear(curve):
    """Whether a socket costs the same among many as among a tenth of them."""
    per_socket = {population.sockets: costs.taken(PORTS, "own") / population.sockets
                  for population, costs in curve}
    most = max(per_socket)
    if most // 10 in per_socket:
        yield Verdict(f"time a socket, at {most:,} / at {most // 10:,} (_ports)",
                      per_socket[most] / per_socket[most // 10], 1.3)
