#!/usr/bin/env python3
"""Makes wrong turns in the code, one at a time, and names the test that catches each.

Run by `make check-mutations`, in the build folder: mutations.py SOURCE [PART]. It works on a copy of
the source in mutations/ and takes an hour. With PART only those whose path or words have it. First
the unit tests, which take seconds, then the live tests of the suite that the wrong turn names, then
all live tests. Closes with its counts: a wrong turn that no test catches has failed.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from wrong_turns import WRONG_TURNS

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../schedulers"))

from tally import Tally

SOURCE = pathlib.Path("mutations").absolute()
# Where the checkout's own folder is, so that a cache of the compiler knows the same names.
BUILD = SOURCE / "build/test"
EVERYTHING = "everything"
UNIT_TESTS = "tests/unit_tests"
LIVE_TESTS = "tests/live_tests"
FAULTS = "tests/faults/faults"
LONGEST = 3600  # seconds, of what no wrong turn is in
FAILED_CASE = re.compile(r'error: in "([^"]+)"')


def run(*command, seconds=LONGEST):
    """What it printed, and whether it succeeded; what takes longer has not."""
    environment = dict(os.environ, TEST_SOURCE_DIRECTORY=str(SOURCE), BOOST_TEST_COLOR_OUTPUT="no", SEED="1")
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(command, cwd=BUILD, env=environment, start_new_session=True,
                                   stdout=output, stderr=subprocess.STDOUT)
        remark = ""
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            remark = f"\nit takes more than {seconds:.0f} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # what it started waits with it
                process.wait()
        output.seek(0)
        return output.read() + remark, process.returncode == 0


def make(target):
    return run("make", "-s", f"-j{os.cpu_count()}", target)


def must(output, good):
    if not good:
        sys.exit(f"it fails without a wrong turn:\n{output}")


def copy(source):
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(source, SOURCE, symlinks=True, ignore=lambda folder, names: [
        name for name in names if name in ("build", ".git") or pathlib.Path(folder, name) == SOURCE])
    BUILD.mkdir(parents=True)
    must(*run("../../configure", "--quiet"))
    must(*make(EVERYTHING))


def tests_of(turn):
    """What must be built for a test, and the test: the quick ones first."""
    yield UNIT_TESTS, [UNIT_TESTS]
    if turn.suite == "faults":
        yield EVERYTHING, [FAULTS, "_namespaces"]
    elif turn.suite:
        yield EVERYTHING, [LIVE_TESTS, f"--run_test={turn.suite}"]
    yield EVERYTHING, [LIVE_TESTS]


def find_limits(turns):
    """The seconds for each program: with a wrong turn, a test may wait for ever. Nothing is caught by what
    fails without a wrong turn, too."""
    limits = {}
    commands = [[UNIT_TESTS], [LIVE_TESTS]]
    if any(turn.suite == "faults" for turn in turns):
        commands.append([FAULTS, "_namespaces"])
    for command in commands:
        begin = time.monotonic()
        must(*run(*command))
        limits[command[0]] = 60 + 5 * (time.monotonic() - begin)
    return limits


def find_failure(command, seconds):
    """What fails, and fails again: on a busy machine something else may fail once."""
    output, good = run(*command, seconds=seconds)
    if good:
        return None
    cases = dict.fromkeys(FAILED_CASE.findall(output))
    for case in cases:
        if not run(command[0], f"--run_test={case}", seconds=seconds)[1]:
            return case
    if cases:
        return None
    output, good = run(*command, seconds=seconds)  # it crashed, or took too long, or is no program of Boost.Test
    failed = re.search("^FAILED (.*?):", output, re.MULTILINE)
    return None if good else failed[1] if failed else output.strip().rpartition("\n")[2] or "it crashes"


def find_catcher(turn, limits):
    """Which test catches it, or nothing, and then why."""
    for target, command in tests_of(turn):
        output, good = make(target)
        if not good:
            return None, f"it does not build: {output[-3000:]}"
        failure = find_failure(command, limits[command[0]])
        if failure:
            return f"{command[0]}, {failure}", None
    return None, "no test catches it"


def take(turn, limits):
    obstacle = turn.misplaced(SOURCE)
    if obstacle:
        return None, obstacle
    path = SOURCE / turn.path
    text = path.read_text()
    path.write_text(text.replace(turn.right, turn.wrong))
    try:
        return find_catcher(turn, limits)
    finally:
        path.write_text(text)


def main():
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    turns = [turn for turn in WRONG_TURNS if part in turn.path + turn.what]
    if not turns:
        sys.exit(f"no wrong turn has '{part}' in its path or words")
    copy(pathlib.Path(sys.argv[1]).absolute())
    limits = find_limits(turns)
    tally = Tally()
    for turn in turns:
        catcher, obstacle = take(turn, limits)
        tally.check(f"{turn.path}: {turn.what}: {catcher}", catcher, obstacle)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
