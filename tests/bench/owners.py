"""How much more processor time check_ephemeral_ports takes if it names the owners of its rows, on a host with
many control groups. It is compared with a run whose state is OK, which names none. The figure includes the
search for what would help.

Usage: unshare --net owners.py BUILD COUNT ROUNDS, as root; prints milliseconds, the median.
"""
import contextlib
import os
import pathlib
import re
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import network
from namespaces import processor_time

COUNT = 1000
ROUNDS = 21
SERVERS = [f"10.1.0.{number}" for number in range(1, 6)]


def tree():
    """Where control groups of version 2 are mounted; None if they are not."""
    found = re.search(r"^\S+ \S+ \S+ / (\S+) .* - cgroup2 ", pathlib.Path("/proc/self/mountinfo").read_text(), re.M)
    return pathlib.Path(found[1]) if found else None


def join(group):
    (group / "cgroup.procs").write_text(str(os.getpid()))


@contextlib.contextmanager
def sockets_of(count):
    """Makes `count` control groups, each with a connection: a socket keeps the group in which it was made."""
    place = tree() / f"ephemeral-bench-{os.getpid()}"
    home = re.search("^0::/(.*)$", pathlib.Path("/proc/self/cgroup").read_text(), re.M)[1]
    groups = [place / f"number{number}.service" for number in range(count)]
    sockets = network.Sockets()
    servers = [sockets.listen(address, 5432) for address in SERVERS]
    place.mkdir()
    try:
        for number, group in enumerate(groups):
            group.mkdir()
            join(group)
            sockets.connect(servers[number % len(servers)], SERVERS[number % len(servers)], 1)
        join(tree() / home)
        yield
    finally:
        join(tree() / home)
        for group in [*filter(pathlib.Path.exists, groups), place]:
            group.rmdir()


def median_on_top(build, count, rounds):
    network.set_up(*SERVERS)
    check = f"{build}/plugins/check_ephemeral_ports"
    with sockets_of(count):
        return statistics.median(processor_time([check, "--warning=0"]) - processor_time([check])
                                 for _ in range(rounds))


def measure(build):
    """In milliseconds; nothing if control groups cannot be made here."""
    if os.geteuid() != 0 or not tree() or not os.access(tree(), os.W_OK):
        print("Skipped: the owners of rows. That needs root, and control groups of version 2.", flush=True)
        return None
    command = ["unshare", "--net", sys.executable, "-B", __file__, build, str(COUNT), str(ROUNDS)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


if __name__ == "__main__":
    print(median_on_top(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
