#!/usr/bin/env python3
"""What the checks cost, next to what one walk of the kernel's table costs anyway.

Seconds say little: they are this machine's, at this hour. So every measurement stands beside a bare
dump in the same run: the commands take turns, and each run is divided by the bare dump of its
round. `make bench` runs this, as root or as anybody who may make user namespaces. It wants Linux
6.3, and 5 GB of memory for a million sockets (`make bench SOCKETS=100000` for less).

Where other programs take the processor away, waiting is not our cost. A dump does nothing but
compute, so on a quiet machine its wall time is its processor time. Where the bare dump waited for
more than a tenth of its time, processor time is compared instead, and the output says so.
"""
import argparse
import dataclasses
import os
import pathlib
import statistics
import subprocess
import sys

import plot

LOW, HIGH = 10000, 65535  # the range of forgery.h
FEW = 10000  # sockets, up to which a round is so short that five times as many are affordable
MIB = 1024  # in KiB, as the kernel counts peak memory


@dataclasses.dataclass
class Population:
    kind: str
    title: str
    sockets: int
    judged_ratio: float = None  # what check_ephemeral_ports may take, over the bare dump
    judged_tuples: int = 0      # how many tuples its memory is judged for; None: it is not
    tuple_bytes: int = 64
    on_curve: bool = False
    seconds: float = 120        # no round begins later


@dataclasses.dataclass
class Cost:
    """The medians of a command's runs, in seconds, and its peak memory in KiB.

    The ratios are medians too, of each run's to the bare dump of the same round.
    """
    wall: float
    user: float
    system: float
    peak: float
    processor: float
    wall_ratio: float
    processor_ratio: float
    runs: int


@dataclasses.dataclass
class Verdict:
    what: str
    measured: float
    at_most: float
    unit: str = ""
    floor: float = 0  # what the bare dump alone takes; our distance from it is judged elsewhere

    @property
    def result(self):
        if self.measured <= self.at_most:
            return "ok"
        return "FAIL" if self.floor <= self.at_most else "beyond"


def populations(sockets):
    return [
        Population("few", "nobody (idle)", 0),
        *(Population("few", f"{count:,} in 40 tuples", count, on_curve=True)
          for count in (1000, sockets // 100, sockets // 30, sockets // 10, sockets // 3)),
        Population("few", f"{sockets:,} in 40 tuples", sockets, judged_ratio=1.10, on_curve=True),
        Population("spread", f"{sockets:,}, each a tuple of its own", sockets, judged_ratio=1.35,
                   judged_tuples=sockets),
        Population("ipv6", f"{sockets // 10:,} IPv6, each a tuple of its own", sockets // 10,
                   judged_tuples=sockets // 10, tuple_bytes=128),
        # They last a minute, and making them takes some of it.
        Population("time_wait", f"{sockets // 5:,} TIME_WAIT", sockets // 5, judged_tuples=None,
                   seconds=25),
        Population("inbound", f"{sockets:,} inbound, to a server inside the range", sockets),
    ]


@dataclasses.dataclass
class Command:
    line: str
    period: int = 1  # it takes part in every so many rounds


def commands(build):
    here = pathlib.Path(__file__).resolve().parent
    found = {"bare dump": Command(f"{build}/tests/bench/bare_dump {LOW} {HIGH}")}
    for name in ("ports", "binds", "timewait"):
        program = f"{build}/plugins/check_ephemeral_{name}"
        if os.access(program, os.X_OK):
            found[f"check_ephemeral_{name}"] = Command(f"{program} --timeout 3600")
    found["ss"] = Command(f"ss -Htna sport >= :{LOW} and sport <= :{HIGH}", 3)
    found["ss | awk"] = Command(f"ss -Htna 'sport >= :{LOW}' | awk -f {here}/tuples.awk", 3)
    found["/proc/net/tcp"] = Command("cat /proc/net/tcp /proc/net/tcp6", 3)
    return found


def measure(build, population, programs, rounds):
    """The costs by name."""
    turns = [word for program in programs.values() for word in (str(program.period), program.line)]
    with subprocess.Popen([f"{build}/tests/bench/population", population.kind,
                           str(population.sockets)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        if holder.stdout.readline() != "ready\n":
            sys.exit("bench: the population could not be made")
        lines = subprocess.run([f"{build}/tests/bench/measure", f"/proc/{holder.pid}/ns/net",
                                str(rounds if population.sockets > FEW else 5 * rounds),
                                str(population.seconds), *turns],
                               check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        holder.stdin.close()
    runs = [[] for _ in programs]
    for line in lines:
        number, *figures = line.split()
        wall, user, system, peak = (float(figure) for figure in figures)
        if number == "0":
            bare_wall, bare_processor = wall, user + system
        runs[int(number)].append((wall, user, system, peak, user + system, wall / bare_wall,
                                  (user + system) / bare_processor))
    return {name: Cost(*(statistics.median(column) for column in zip(*rows)), len(rows))
            for name, rows in zip(programs, runs)}


def waited(costs):
    """Whether the bare dump waited for the processor, so that wall time means little."""
    bare = costs["bare dump"]
    return bare.processor < 0.9 * bare.wall


def taken(cost, busy):
    return cost.processor if busy else cost.wall


def ratio(cost, busy):
    """To the bare dump."""
    return cost.processor_ratio if busy else cost.wall_ratio


def format_table(population, costs):
    busy = waited(costs)
    lines = [f"{population.title} ({costs['bare dump'].runs} rounds"
             + (", busy machine: ratio of processor time)" if busy else ")"),
             f"  {'':24} {'wall ms':>9} {'user ms':>9} {'sys ms':>9} {'peak MiB':>9} {'ratio':>7}"]
    for name, cost in costs.items():
        lines.append(f"  {name:24} {cost.wall * 1000:9.1f} {cost.user * 1000:9.1f}"
                     f" {cost.system * 1000:9.1f} {cost.peak / MIB:9.1f}"
                     f" {ratio(cost, busy):7.2f}")
    return "\n".join(lines) + "\n"


def judge(population, costs):
    """The rows of the promise (docs/performance.md) that this population stands for."""
    busy = waited(costs)
    bare, check = costs["bare dump"], costs["check_ephemeral_ports"]
    title = population.title
    if population.sockets == 0:
        yield Verdict(f"{title}: time over the bare dump",
                      1000 * (taken(check, busy) - taken(bare, busy)), 3, " ms")
    if population.judged_ratio:
        yield Verdict(f"{title}: time / bare dump", ratio(check, busy), population.judged_ratio)
        ss = ratio(costs["ss"], busy)
        yield Verdict(f"{title}: time / ss", ratio(check, busy) / ss, 0.25, floor=1 / ss)
    if population.kind == "few" and population.judged_ratio:
        yield Verdict(f"{title}: user time a socket", 1e9 * check.user / population.sockets, 60,
                      " ns")
    if population.judged_tuples is not None:
        allowed = 8 * MIB + population.judged_tuples * population.tuple_bytes / 1024
        yield Verdict(f"{title}: peak memory", check.peak / MIB, allowed / MIB, " MiB")


def judge_linear(curve):
    """Whether a socket costs the same among many as among a tenth of them."""
    per_socket = {population.sockets: taken(costs["check_ephemeral_ports"], waited(costs)) /
                  population.sockets for population, costs in curve}
    most = max(per_socket)
    if most // 10 in per_socket:
        yield Verdict(f"time a socket, at {most:,} / at {most // 10:,}",
                      per_socket[most] / per_socket[most // 10], 1.3)


def format_verdicts(verdicts):
    lines = [f"{'':6} {'measured':>12} {'at most':>12}"]
    for verdict in verdicts:
        measured, at_most = (f"{figure:.2f}{verdict.unit}"
                             for figure in (verdict.measured, verdict.at_most))
        line = f"{verdict.result:6} {measured:>12} {at_most:>12}  {verdict.what}"
        if verdict.result == "beyond":
            line += f", of which the bare dump alone takes {verdict.floor:.2f}"
        lines.append(line)
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=".", help="where it was built")
    parser.add_argument("--sockets", type=int, default=1000000, help="in the largest population")
    parser.add_argument("--rounds", type=int, default=7,
                        help="of the large populations; the small ones have five times as many")
    parser.add_argument("--only", default="", help="populations whose title has this in it")
    parser.add_argument("--curve", help="write the curve to this .csv, and an .svg beside it")
    arguments = parser.parse_args()

    programs = commands(arguments.build)
    verdicts, curve = [], []
    for population in populations(arguments.sockets):
        if arguments.only not in population.title:
            continue
        costs = measure(arguments.build, population, programs, arguments.rounds)
        print(format_table(population, costs), flush=True)
        verdicts += judge(population, costs)
        if population.on_curve:
            curve.append((population, costs))
    if curve:
        verdicts += judge_linear(curve)
        if arguments.curve:
            plot.write(pathlib.Path(arguments.curve),
                       [(population.sockets, {name: taken(cost, waited(costs))
                                              for name, cost in costs.items()})
                        for population, costs in curve])
    print(format_verdicts(verdicts))
    sys.exit(1 if any(verdict.result == "FAIL" for verdict in verdicts) else 0)


if __name__ == "__main__":
    main()
