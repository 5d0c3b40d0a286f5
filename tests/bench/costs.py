"""Measures what commands cost with a population of sockets, side by side."""
import dataclasses
import os
import pathlib
import re
import statistics
import subprocess
import sys

from populations import CHECKS

SELDOM = 5   # of so many rounds, those programs that nothing is promised about take part in one
FEW = 10000  # sockets, up to which a round is so short that twice as many are affordable
BARE_DUMP, PROCFS, BY_PROCFS = "bare dump", "/proc/net/tcp", "check_ephemeral_ports, procfs"
QUESTIONS, TRACED, TRACED_MUTE = "questions", "traced", "traced, asking nothing"
MUTE = "check_ephemeral_ports, asking nothing"
DEFAULT_RANGE = 28232  # ports

ASKED = re.compile(r"The kernel was asked (\d+) questions? in (\d+(?:\.\d{1,3})?) ms\.")
PROJECTED = re.compile(r"\| .*?'?projected'?=([\d.]+)%")


@dataclasses.dataclass
class Command:
    line: str
    period: int = 1        # it takes part in every so many rounds
    base: str = BARE_DUMP  # what it stands beside, and takes part in the same rounds before it
    is_read: bool = False  # what it prints
    is_shown: bool = True


@dataclasses.dataclass
class Run:
    """Of a command; in seconds, and KiB."""
    wall: float
    user: float
    system: float
    peak: float
    status: int
    output: list
    base: "Run" = None

    def __post_init__(self):
        self.base = self.base or self
        self.questions, self.asked = 0, 0.0
        for line in self.output:
            if line.startswith("The kernel was asked "):
                if not (found := ASKED.fullmatch(line)):
                    sys.exit(f"bench: how long did it ask? {line}")
                self.questions, self.asked = int(found[1]), float(found[2]) / 1000

    @property
    def processor(self):
        return self.user + self.system

    @property
    def own_wall(self):
        """Without what the questions took, which hangs on how many ports are in use."""
        return max(self.wall - self.asked, 0)

    @property
    def own_processor(self):
        """While it asked it waited for the processor as much as otherwise."""
        return self.processor * self.own_wall / self.wall

    wall_ratio = property(lambda self: self.own_wall / self.base.wall)
    processor_ratio = property(lambda self: self.own_processor / self.base.processor)
    wall_over = property(lambda self: self.wall - self.base.wall)
    processor_over = property(lambda self: self.processor - self.base.processor)

    @property
    def projected(self):
        """In percent, as the check says."""
        found = PROJECTED.search(self.output[0]) if self.output else None
        return float(found[1]) if found else 0


class Costs:
    """All runs with one population."""

    def __init__(self, runs, tuples):
        self.runs = runs
        self.dumps = [run for name in runs if name.startswith(BARE_DUMP) for run in runs[name]]
        self.tuples = tuples
        # A dump does nothing but compute.
        self.busy = self.median(BARE_DUMP, "processor") < 0.9 * self.median(BARE_DUMP, "wall")

    def median(self, name, figure):
        runs = self.dumps if name == BARE_DUMP else self.runs[name]
        return statistics.median(getattr(run, figure) for run in runs)

    def taken(self, name, figure):
        """`own`, `ratio` or `over`, in the kind of time that means something."""
        kind = "processor" if self.busy else "wall"
        return self.median(name, f"own_{kind}" if figure == "own" else f"{kind}_{figure}")

    def checks(self, judged=CHECKS):
        return [name for name in judged if name in self.runs]


def commands(build, population, low, high):
    here = pathlib.Path(__file__).resolve().parent
    ports = f"{build}/plugins/check_ephemeral_ports --timeout 3600 -v"
    bare = f"{build}/tests/bench/bare_dump {low} {high}"
    found = {BARE_DUMP: Command(bare)}
    # A virtual machine is not as fast in one second as in the next, so each check has a dump of its
    # own right before it.
    base = last = BARE_DUMP
    for name in CHECKS:
        if os.access(f"{build}/plugins/{name}", os.X_OK):
            found.setdefault(base, Command(bare, is_shown=False))
            found[name] = Command(f"{build}/plugins/{name} --timeout 3600 -v", base=base,
                                  is_read=True)
            last, base = base, f"{BARE_DUMP} after {name}"
            # Beside the check's own, for the same reason.
            if population.asks and name == CHECKS[0]:
                found[QUESTIONS] = Command(f"{build}/tests/bench/questions {low} {DEFAULT_RANGE}",
                                           is_read=True, is_shown=False)
    # Where closes go on there is no time for these. And the kernel often looks for where the last
    # read of 4 KiB ended from the table's beginning on (tcp_get_idx()): 50 s were seen for 100,000
    # sockets.
    if not population.heads_for:
        found["ss"] = Command(f"ss -Htna sport >= :{low} and sport <= :{high}", SELDOM, last)
        found["ss | awk"] = Command(f"ss -Htna 'sport >= :{low}' | awk -f {here}/tuples.awk",
                                    SELDOM, last)
        found[PROCFS] = Command("cat /proc/net/tcp /proc/net/tcp6", SELDOM, last)
    # Procfs shows no sockets that are bound only, as older kernels do not either.
    if population.sockets == 0:
        found[PROCFS].period = 1
        found[BY_PROCFS] = Command(f"{ports} --reader=procfs", base=PROCFS, is_read=True)
    if population.asks:
        once, trace = 1000, f"{build}/tests/bench/count_calls {ports}"
        found[MUTE] = Command(f"{ports} --held=count", is_shown=False)
        found[TRACED] = Command(trace, once, is_read=True, is_shown=False)
        found[TRACED_MUTE] = Command(f"{trace} --held=count", once, is_read=True, is_shown=False)
    return found


def take_turns(build, process, rounds, seconds, programs):
    """The runs of these commands by name, in the network namespace of that process.

    On one processor: another may be half as fast, and the ratio a matter of who got which.
    """
    processor = {max(os.sched_getaffinity(0))}
    turns = [word for program in programs.values() for word in
             (str(program.period), "65536" if program.is_read else "0", program.line)]
    lines = subprocess.run([f"{build}/tests/bench/measure", f"/proc/{process}/ns/net", str(rounds),
                            str(seconds), *turns],
                           check=True, stdout=subprocess.PIPE, text=True,
                           preexec_fn=lambda: os.sched_setaffinity(0, processor)).stdout.splitlines()
    names = list(programs)
    runs = {name: [] for name in names}
    for line in lines:
        figures, *output = line.split("\t")
        number, *times, status = figures.split()
        name = names[int(number)]
        beside = runs[programs[name].base]
        runs[name].append(Run(*(float(time) for time in times), int(status), output,
                              None if name.startswith(BARE_DUMP) else beside[-1]))
    return runs


def measure(build, population, rounds):
    """The commands by name, and their costs."""
    with subprocess.Popen([f"{build}/tests/bench/population", population.kind,
                           str(population.sockets)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        ready, *facts = holder.stdout.readline().split() or [None]
        if ready != "ready":
            sys.exit("bench: the population could not be made")
        low, high, tuples = (int(fact) for fact in facts)
        programs = commands(build, population, low, high)
        runs = take_turns(build, holder.pid, rounds if population.sockets > FEW else 2 * rounds,
                          population.seconds, programs)
        holder.stdin.close()
    return programs, Costs(runs, tuples)
