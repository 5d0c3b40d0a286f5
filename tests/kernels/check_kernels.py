#!/usr/bin/env python3
"""Boots Debian's kernels, those of its releases and the newest, and runs in each of them the unit and
the live tests, and one that needs no feature of the kernel: what is left, found by filling up.

Usage: check_kernels.py [--kernels VERSIONS] [--rounds N] [--seconds LIMIT] [--document FILE.md]
SOURCE PROGRAM..., in the build folder. VERSIONS are how other versions to take begin, such as
"6.1. 6.12."; LIMIT is for one kernel; --document writes the table into that file. What was
downloaded stays in kernels/, and so does what each kernel's console showed.
"""

import argparse
import concurrent.futures
import os
import platform
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../schedulers"))

import archive
import image
import machine
import results
import system
from tally import Tally

FOLDER = "kernels"


def prepare(source):
    if platform.machine() != "x86_64":
        raise system.Unavailable("the kernels are amd64's, and this build is not: run it on amd64")
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise system.Unavailable(f"there is no {program} here: run it on Debian")
    system.install(source, "kernels")


def fetch_kernels(tally, wanted):
    source = archive.Archive(FOLDER)
    source.update()
    offers = source.offers()
    if not offers:
        raise system.Unavailable(f"the archive in {source.root}/sources.list cannot be read: run it "
                                 "where it can be reached")
    chosen = archive.choose(offers, wanted)
    suites = {suite for suite, _ in chosen}
    for release in archive.RELEASES:
        if not wanted and not suites & {release, release + "-security"}:
            tally.skip(f"the kernel of {release}", "the archive no longer has one")
    return [source.fetch(suite, version) for suite, version in chosen]


def try_kernels(tally, kernels, packed, options):
    """Boots as many at a time as there are processors."""
    settings = {"ROUNDS": options.rounds, "SEED": 1, "LIMIT": options.seconds * 2 // 3}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running, acceleration = [], None
        for kernel in kernels:
            release = kernel.release()
            path, log = f"{FOLDER}/{release}.cpio", f"{FOLDER}/{release}.log"
            packed.pack(kernel, path)
            if not acceleration:
                acceleration = machine.choose_acceleration(kernel.image(), path, log)
                tally.note(f"booting by {acceleration}")
            running.append((release, pool.submit(machine.boot, acceleration, kernel.image(), path, log,
                                                 settings, options.seconds)))
        return [results.Result(release, one.result()) for release, one in running]


def tell(tally, result):
    """Counts a kernel's tests, and says what is worth knowing about them."""
    tally.check(f"{result.release} runs to its end", result.ended(),
                f"it did not in time, see {FOLDER}/{result.release}.log")
    for program in result.programs:
        took = f"{program.name}: {program.passed} passed, {program.failed} failed, " \
               f"{program.skipped} skipped, {program.seconds} s"
        tally.note(f"{result.release} {took}")
        for name, why in program.reasons():
            print(f"SKIPPED {result.release} {name}: {why}")
        if program.failed:
            print(f"FAIL {result.release} {program.name}, status {program.status}:\n"
                  f"{program.complaints()}")
        for name, found in program.failures():
            print(f"FAIL {result.release} {name}: {found}")
    tally.check(f"{result.release} compares connect(), bind() and UDP",
                len(result.scores) == 3 and all(map(sum, result.scores.values())), result.scores)
    for call, (exact, between, wrong) in result.scores.items():
        print(f"{result.release} {call}: {exact} exact, {between} between two ends, {wrong} wrong")
    tally.passed += result.count("passed")
    tally.failed += result.count("failed")
    tally.skipped += result.count("skipped")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kernels", default="")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=900)
    parser.add_argument("--document")
    parser.add_argument("source")
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()

    tally = Tally()
    try:
        prepare(options.source)
        kernels = fetch_kernels(tally, options.kernels.split())
    except system.Unavailable as error:
        tally.skip("other kernels", error)
        tally.close()
        return 77
    tally.note(f"the kernels are here: {', '.join(kernel.release() for kernel in kernels)}")

    packed = image.Image(FOLDER + "/image", options.source, options.programs)
    found = try_kernels(tally, kernels, packed, options)
    for result in found:
        tell(tally, result)
    print("\n" + results.format_plain(found))
    if options.document:
        results.write_into(options.document, found, complete=not options.kernels)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
