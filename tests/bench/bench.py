#!/usr/bin/env python3
"""What the checks cost, next to what one walk of the kernel's table costs anyway.

Seconds say little: they are this machine's, at this hour. So every measurement stands beside a bare
dump in the same run: the commands take turns, and each run is divided by the bare dump of its
round. What a check says that its questions to the kernel took is taken off before: that hangs on
how many ports are in use, and not on how the table is walked. `make bench` runs this, as root or as
anybody who may make user namespaces. It wants Linux 6.3, and 5 GB of memory for a million sockets
(`make bench SOCKETS=100000` for less).

If other programs take the processor away, waiting is not our cost. A dump does nothing but
compute, so on a quiet machine its wall time is its processor time. If the bare dump waited for
more than a tenth of its time, processor time is compared instead, and the output says so.
"""
import argparse
import pathlib
import sys

import captures
import namespaces
import nat
import owners
import plot
from costs import measure
from populations import populations
from promises import judge, judge_capture, judge_linear, judge_namespaces, judge_nat, judge_owners
from tables import format_costs, format_verdicts, markdown, write_markdown


def write_curve(path, curve):
    names = curve[0][0]  # later points may have more
    plot.write(path, [(population.sockets, {name: costs.taken(name, "own") for name in names})
                      for _, population, costs in curve])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=".", help="where it was built")
    parser.add_argument("--sockets", type=int, default=1000000, help="in the largest population")
    parser.add_argument("--rounds", type=int, default=21,
                        help="of the large populations; the small ones have twice as many")
    parser.add_argument("--only", default="", help="populations whose title has this in it")
    parser.add_argument("--curve", type=pathlib.Path,
                        help="write the curve to this .csv, and an .svg beside it")
    parser.add_argument("--markdown", type=pathlib.Path,
                        help="write all tables to this page; if it has the two marks of"
                        " tables.py, between these")
    arguments = parser.parse_args()
    if arguments.markdown and not arguments.markdown.parent.is_dir():
        parser.error(f"--markdown: there is no folder {arguments.markdown.parent}")

    measured, verdicts = [], []
    for population in populations(arguments.sockets):
        if arguments.only not in population.title:
            continue
        programs, costs = measure(arguments.build, population, arguments.rounds)
        print(format_costs(population, programs, costs), flush=True)
        measured.append((population, programs, costs))
        verdicts += judge(population, costs)
    if not arguments.only or arguments.only in "network namespaces":
        verdicts += judge_namespaces(*namespaces.measure(arguments.build))
    if (not arguments.only or arguments.only in "owners") and (on_top := owners.measure(arguments.build)) is not None:
        verdicts += judge_owners(on_top)
    if not arguments.only or arguments.only in "captures":
        verdicts += judge_capture(*captures.measure(arguments.build))
    if (not arguments.only or arguments.only in "entries of NAT") and (table := nat.largest_table()):
        programs, costs = nat.measure(arguments.build, table, arguments.rounds)
        print(format_costs(table, programs, costs), flush=True)
        verdicts += judge_nat(table, costs, nat.measure_stall(arguments.build, table),
                              nat.measure_share(arguments.build))
    if not measured and not verdicts:
        sys.exit(f"bench: no population has '{arguments.only}' in its title")
    curve = [(programs, population, costs) for population, programs, costs in measured
             if population.on_curve]
    if curve:
        verdicts += judge_linear([(population, costs) for _, population, costs in curve])
        if arguments.curve and len(curve) > 1:
            write_curve(arguments.curve, curve)
    print(format_verdicts(verdicts))
    if arguments.markdown and measured:
        write_markdown(arguments.markdown, markdown(measured, verdicts))
    sys.exit(1 if any(verdict.result == "FAIL" for verdict in verdicts) else 0)


if __name__ == "__main__":
    main()
