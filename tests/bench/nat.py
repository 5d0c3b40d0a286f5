"""What check_ephemeral_nat takes for a large table of connection tracking, next to a bare dump of it,
and for how long either holds up forwarded packets."""
import dataclasses
import pathlib
import statistics
import subprocess
import sys

from costs import BARE_DUMP, Command, Costs, take_turns

ENTRIES = 500000
LIMIT = pathlib.Path("/proc/sys/net/netfilter/nf_conntrack_max")
CHECK = "check_ephemeral_nat"


@dataclasses.dataclass
class Table:
    entries: int

    @property
    def title(self):
        return f"{self.entries:,} entries of NAT"


def largest_table():
    """That the kernel lets be; nothing if it has no connection tracking."""
    return Table(min(ENTRIES, int(LIMIT.read_text()))) if LIMIT.exists() else None


def measure(build, table, rounds):
    programs = {BARE_DUMP: Command(f"{build}/tests/bench/bare_nat_dump"),
                CHECK: Command(f"{build}/plugins/{CHECK} --timeout 3600")}
    with subprocess.Popen([f"{build}/tests/bench/nat_entries", str(table.entries)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as holder:
        ready, *tuples = holder.stdout.readline().split() or [None]
        if ready != "ready":
            sys.exit("bench: the entries of connection tracking could not be made")
        runs = take_turns(build, holder.pid, rounds, 120, programs)
        holder.stdin.close()
    return programs, Costs(runs, int(tuples[0]))


def measure_stall(build, table):
    """How long the longest round trip of a packet takes while the check runs, over that while the bare
    dump runs: medians of many runs, for chance moves each to several times as much. Nothing if the
    table is too small for it."""
    packets = 70000  # make entries, too
    if table.entries < 2 * packets:
        return None
    lines = subprocess.run([f"{build}/tests/bench/nat_stall", str(table.entries - packets), "41",
                            f"{build}/tests/bench/bare_nat_dump", f"{build}/plugins/{CHECK}"],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    longest = {"0": [], "1": []}
    for line in lines:
        program, microseconds = line.split()
        longest[program].append(int(microseconds))
    return statistics.median(longest["1"]) / statistics.median(longest["0"])


def measure_share(build):
    """What the share of refused connections takes, in milliseconds a tuple."""
    return float(subprocess.run([f"{build}/tests/bench/refused_share"], check=True, stdout=subprocess.PIPE,
                                text=True).stdout) / 1000
