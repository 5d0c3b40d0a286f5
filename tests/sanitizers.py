#!/usr/bin/env python3
"""Unit tests, live tests and the plugins under the sanitizers: of addresses, of leaks, and of undefined
behaviour.

They are compiled a dozen files at a time and without optimisation, in a third of the time that file by
file takes. What is found ends the process by SIGABRT, and lab::run() fails the test. Addresses and leaks
leave a report besides, so that they count in whichever process they are found. The tests leave out by
themselves what cannot be under a sanitizer.

Usage: sanitizers.py SOURCE COMPILER LIBRARIES --library FILE… --unit FILE… --live FILE… --checks FILE…
in the build folder; `make check-sanitizers` knows the files, which are named from SOURCE.
"""

import argparse
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys

TESTS = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(TESTS, "kernels"), os.path.join(TESTS, "schedulers")]

import results
from tally import Tally

FOLDER = os.path.abspath("sanitizers")
REPORTS = f"{FOLDER}/reports"
TOGETHER = os.path.join(TESTS, "together")
DOZEN = 12
LONGEST = 1800  # seconds of one test program
NO_NAMESPACES = 77  # see tests/live/main.cc


class Unavailable(Exception):
    pass


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)


def must(command):
    done = run(command)
    if done.returncode != 0:
        sys.exit(" ".join(command) + "\n" + done.stdout)
    return done.stdout


class Compiler:
    def __init__(self, source, command, libraries):
        self.source, self.command, self.libraries = source, command.split(), libraries.split()

    def require(self):
        """Some distributions package the sanitizers apart from the compiler."""
        done = run([*self.command, "-x", "c++", "-", "-o", f"{FOLDER}/trial"], input="int main() {}")
        if done.returncode != 0 and "asan" in done.stdout:
            raise Unavailable(f"the compiler has none here: {done.stdout.strip()}")

    def compile(self, files):
        """The object files. What cannot be compiled together costs time, and no more."""
        compiled = f"{FOLDER}/objects/{files[0].replace('/', '-')}.o"
        if len(files) == 1:
            must([*self.command, "-c", f"{self.source}/{files[0]}", "-o", compiled])
            return [compiled]
        together = compiled.replace(".o", "-together.cc")
        with open(together, "w") as file:
            file.write(must([TOGETHER, *files]))
        if run([*self.command, "-c", together, "-o", compiled]).returncode == 0:
            return [compiled]
        return [one for file in files for one in self.compile([file])]

    def link(self, program, objects):
        """At a fixed address it starts a third sooner: there are many tables to relocate."""
        must([*self.command, "-no-pie", "-o", f"{FOLDER}/{program}", *objects, *self.libraries])


def dozens(files):
    """Groups of files to be compiled together."""
    apart = must([TOGETHER, "--apart", *files]).split()
    others = [file for file in files if file not in apart]
    return [others[i:i + DOZEN] for i in range(0, len(others), DOZEN)] + [[file] for file in apart]


def build(compiler, words):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        def start(files):
            return [pool.submit(compiler.compile, group) for group in dozens(files)]

        def finish(jobs):
            return [one for job in jobs for one in job.result()]

        live, unit, library = start(words.live), start(words.unit), start(words.library)
        checks = [start([check]) for check in words.checks]
        archive = f"{FOLDER}/libephemeral.a"
        must(["ar", "cr", archive, *finish(library)])
        programs = {"tests/live_tests": finish(live), "tests/unit_tests": finish(unit)}
        programs.update((check.removesuffix(".cc"), finish(jobs))
                        for check, jobs in zip(words.checks, checks))
        for job in [pool.submit(compiler.link, program, [*objects, archive])
                    for program, objects in programs.items()]:
            job.result()


def read_reports():
    """One report of each place, and takes them away."""
    found = {}
    for path in glob.glob(f"{REPORTS}/*"):
        with open(path, errors="replace") as file:
            text = file.read()
        found[re.sub(".*^SUMMARY", "", text, flags=re.M | re.S)] = text
        os.remove(path)
    return list(found.values())


def test(tally, program):
    # In a crash the status is none that a check has.
    options = f"abort_on_error=1:print_stacktrace=1:log_path={REPORTS}/of"
    environment = dict(os.environ, ASAN_OPTIONS=options, UBSAN_OPTIONS=options,
                       BOOST_TEST_COLOR_OUTPUT="no")
    try:
        done = run([program], cwd=FOLDER, env=environment, timeout=LONGEST)
    except subprocess.TimeoutExpired as error:
        tally.check(program, False, f"{error}: {error.output}")
        return
    with open(f"{FOLDER}/{program}.log", "w") as log:
        log.write(done.stdout)
    if done.returncode == NO_NAMESPACES:
        tally.skip(program, done.stdout.strip())
        return
    found = results.Program(program, done.returncode, 0, done.stdout)
    for name, why in found.reasons():
        print(f"SKIPPED {name}: {why}")
    for line in sorted(set(re.findall("^SKIPPED (.*)$", done.stdout, re.M))):
        tally.skip(*line.split(": ", 1))
    tally.note(f"{program}: {found.passed} passed, {found.failed} failed, {found.skipped} skipped")
    if found.failed:
        print(found.complaints())
    tally.passed += found.passed
    tally.failed += found.failed
    tally.skipped += found.skipped
    found = read_reports()
    tally.check(f"no sanitizer finds anything in {program}, or in what it runs", not found,
                f"{len(found)} places:\n" + "\n".join(found))


def main():
    parser = argparse.ArgumentParser()
    for word in ("source", "compiler", "libraries"):
        parser.add_argument(word)
    for kind in ("library", "unit", "live", "checks"):
        parser.add_argument("--" + kind, nargs="+")
    words = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    for kind in ("objects", "plugins", "reports", "tests"):
        os.makedirs(f"{FOLDER}/{kind}")
    os.chmod(REPORTS, 0o1777)  # checks run as nobody, too
    tally = Tally()
    compiler = Compiler(words.source, words.compiler, words.libraries)
    try:
        compiler.require()
    except Unavailable as error:
        tally.skip("the sanitizers", error)
        tally.close()
        return 77
    build(compiler, words)
    tally.note("compiled")
    test(tally, "tests/unit_tests")
    test(tally, "tests/live_tests")
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
