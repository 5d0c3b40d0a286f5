#!/usr/bin/env python3
"""Makes wrong turns in the code, one at a time, and names the test that catches each.

Run by `make check-mutations`, in the build folder: mutations.py SOURCE [PART]. It works on a copy of
the source in mutations/ and takes an hour. With PART only those whose path or words have it. First
the unit tests, which take seconds, then the live tests of the suite that the wrong turn names, then
all live tests. Closes with its counts: one that no test catches has failed.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

from wrong_turns import WRONG_TURNS

SOURCE = pathlib.Path("mutations").absolute()
# Where the checkout's own folder is, so that a cache of the compiler knows the same names.
BUILD = SOURCE / "build/test"
UNIT_TESTS = "tests/unit_tests"
LIVE_TESTS = "tests/live_tests"
FAULTS = "tests/faults/faults"
ALL = "everything"


def run(*command, seconds=600):
    """What it printed, and whether it succeeded; one that hangs has not."""
    environment = dict(os.environ, TEST_SOURCE_DIRECTORY=str(SOURCE), BOOST_TEST_COLOR_OUTPUT="no")
    process = subprocess.Popen(command, cwd=BUILD, env=environment, start_new_session=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # what it started waits with it
        process.communicate()
        return f"took more than {seconds} s", False
    return output, process.returncode == 0


def make(target):
    return run("make", "-s", f"-j{os.cpu_count()}", target, seconds=3600)


def copy(source):
    """Nothing is caught by a test that fails without a wrong turn, too."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(source, SOURCE, symlinks=True,
                    ignore=shutil.ignore_patterns("build", ".git", "mutations"))
    BUILD.mkdir(parents=True)
    for step in (lambda: run("../../configure", "--quiet"), lambda: make(ALL),
                 lambda: run(UNIT_TESTS), lambda: run(LIVE_TESTS)):
        output, good = step()
        if not good:
            sys.exit(f"it fails without a wrong turn:\n{output}")


def tests_of(turn):
    """What must be built for a test, and the test: the quick ones first."""
    # Where a time limit is the wrong turn, a test may wait for ever.
    yield UNIT_TESTS, [UNIT_TESTS], 60
    if turn.suite == "faults":
        yield ALL, [FAULTS, "_namespaces"], 600
    elif turn.suite:
        yield ALL, [LIVE_TESTS, f"--run_test={turn.suite}"], 600
    yield ALL, [LIVE_TESTS], 600


def find_catcher(turn):
    """Which test fails, or nothing, and what kept it from being tried."""
    for target, command, seconds in tests_of(turn):
        output, good = make(target)
        if not good:
            return None, f"it does not build: {output[-3000:]}"
        output, good = run(*command, seconds=seconds)
        if not good:
            catcher = name_failure(command[0], output)
            if catcher:
                return f"{command[0]}: {catcher}", None
    return None, None


def name_failure(program, output):
    """The first case that fails again, by itself: a busy machine can make others fail once."""
    if program == FAULTS:
        return re.search("^FAILED (.*?):", output, re.MULTILINE)[1]
    cases = dict.fromkeys(re.findall(r'error: in "([^"]+)"', output))
    if not cases:
        return output.strip().splitlines()[-1]  # it crashed, or took too long
    return next((case for case in cases if not run(program, f"--run_test={case}")[1]), None)


def take(turn):
    """What came of it: a test's name, or nothing, and whether it was a wrong turn at all."""
    path = SOURCE / turn.path
    text = path.read_text()
    if text.count(turn.right) != 1:
        return None, f"'{turn.right}' does not stand once in {turn.path}"
    path.write_text(text.replace(turn.right, turn.wrong))
    try:
        return find_catcher(turn)
    finally:
        path.write_text(text)


def main():
    copy(pathlib.Path(sys.argv[1]).absolute())
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    caught = failed = 0
    for turn in WRONG_TURNS:
        if part not in turn.path + turn.what:
            continue
        catcher, obstacle = take(turn)
        caught, failed = caught + bool(catcher), failed + (not catcher)
        print(f"{turn.path}: {turn.what}: {catcher or 'FAILED, ' + (obstacle or 'no test catches it')}", flush=True)
    print(f"{caught} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
