"""What check_ephemeral_nat takes for a large table of connection tracking, next to a bare dump of it."""
import dataclasses
import pathlib
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
