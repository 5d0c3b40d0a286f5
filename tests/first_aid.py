"""Compares what README.md's first aid prints in a network namespace with what the checks say there.

Usage: unshare -Urn first_aid.py README.md (-n as root), in the build directory
"""

import json
import re
import subprocess
import sys

import readme
from network import Sockets, set_range, set_up

SHELLS = ["bash", "sh"]
AWKS = ["awk", "mawk", "gawk", "original-awk", "busybox awk"]
RANGE = range(40000, 40064)
HOST = "10.0.0.1"
DATABASE = "10.0.0.5"
DATABASE_IPV6 = "2001:db8::5"


def make_sockets():
    sockets = Sockets()
    inside = sockets.listen("::", RANGE[10])
    database = sockets.listen(DATABASE, 5432)
    sockets.connect(database, DATABASE, 5, source=HOST)
    sockets.connect(database, DATABASE, 7, source=HOST, closed=True)
    sockets.connect(database, DATABASE, 2)
    web = sockets.listen(DATABASE_IPV6, 443)
    sockets.connect(web, DATABASE_IPV6, 4)
    # One tuple, by sockets of both families.
    both = sockets.listen("0.0.0.0", 6000)
    sockets.connect(both, "::ffff:" + DATABASE, 3)
    sockets.connect(both, DATABASE, 1)
    # The server's ends are nobody's ephemeral ports, though they are in the range.
    sockets.connect(inside, DATABASE, 6)
    sockets.connect(inside, DATABASE_IPV6, 2)
    return sockets


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, **more).stdout


def first_aid(commands, shell, awk):
    """The number of ports in the range, those of any socket, and those of each tuple."""
    text = "\n".join(commands).replace("| awk", "| " + awk).replace("head -6", "head -100")
    size, *lines = run(shell, "-c", text, check=True).splitlines()
    counts = dict(reversed(line.split(" ", 1)) for line in lines)
    any_socket = counts.pop("by any TCP socket")
    return (int(re.fullmatch(r"Of (\d+) ports are used:", size)[1]), int(any_socket),
            {name: int(count) for name, count in counts.items()})


def name_of(row):
    source = f"[{row['source']}]" if ":" in row["source"] else row["source"]
    return f"from {source} to {row['destination']}"


def checks():
    """The same, as the checks say it."""
    def report(check, *options):
        return json.loads(run(f"plugins/{check}", "--output-format=json", "--top=100", *options))
    ports = report("check_ephemeral_ports", "--time-wait=count")
    binds = report("check_ephemeral_binds", "--protocol=tcp")
    tuples = {name_of(row): row["established"] + row["time_wait"] + row["other"]
              for row in ports["tables"]["tuples"]}
    wildcard = next(row for row in binds["tables"]["addresses"] if row["address"] == "::")
    return ports["metrics"]["range_size"]["value"], wildcard["used"], tuples


def is_here(awk):
    return subprocess.run(["sh", "-c", f"{awk} 'BEGIN {{ }}'"], stderr=subprocess.DEVNULL).returncode == 0


def main(path):
    set_up(HOST, DATABASE, DATABASE_IPV6)
    set_range(RANGE)
    commands = [command.text for command in readme.commands_of(path)]
    last = next(i for i, command in enumerate(commands) if command.startswith("ss "))
    sockets = make_sockets()
    expected = checks()
    failures = 0
    for shell in SHELLS:
        for awk in filter(is_here, AWKS):
            found = first_aid(commands[:last + 1], shell, awk)
            if found != expected:
                print(f"FAILED: by {shell} and {awk}\n  found    {found}\n  expected {expected}")
                failures += 1
    print(f"{len(sockets.kept)} sockets: {expected}")
    return failures


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
