#!/usr/bin/env python3
"""Searches with libFuzzer for inputs that break what a target promises; one test is one target.

Usage: fuzz.py SOURCE SECONDS TARGET..., in the build folder: for so many seconds each, as many at a
           time as there are processors.
       fuzz.py --refresh SOURCE TARGET...: keeps the inputs that reach further.

The corpus of a target is one file in the source, corpus/TARGET.bin: its inputs, each behind its length
in 4 bytes, as in fixtures/dump.bin. Hundreds of files of some bytes would be a burden in every tarball.
"""

import concurrent.futures
import hashlib
import os
import re
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../schedulers"))

import system
from tally import Tally

STATUS = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)/\S+")
RUNS = re.compile(r"^stat::number_of_executed_units: *(\d+)", re.M)
FINDING = re.compile(r"Test unit written to (\S+)")
REASON = re.compile(r"^(?:==\d+==)? ?(?:ERROR|SUMMARY): .*|.*runtime error: .*", re.M)
LIMITS = ["-max_len=4096", "-timeout=10"]
EMPTY_TARGET = 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }'


def obstacle(compiler):
    """Why it makes no target here; nothing if it does."""
    if not shutil.which(compiler):
        return f"there is no {compiler} here"
    done = subprocess.run([compiler, "-fsanitize=fuzzer,address,undefined", "-x", "c++", "-", "-o",
                           "/dev/null"], input=EMPTY_TARGET, capture_output=True, text=True)
    return done.returncode and f"{compiler} has no libFuzzer here: {done.stderr.strip()[-300:]}"


def require_libfuzzer(source):
    compiler = os.environ["FUZZ_CXX"]
    if obstacle(compiler):
        system.install(source, "fuzz")
    if found := obstacle(compiler):
        raise system.Unavailable(found)


def corpus_file(source, target):
    return f"{source}/tests/fuzz/corpus/{target}.bin"


def unpack(source, target):
    """Puts the corpus in the source, if it is no new target, beside what earlier runs found."""
    folder = f"fuzz/corpus/{target}"
    os.makedirs(folder, exist_ok=True)
    if not os.path.exists(corpus_file(source, target)):
        return folder
    with open(corpus_file(source, target), "rb") as file:
        while length := file.read(4):
            data = file.read(struct.unpack("<I", length)[0])
            with open(f"{folder}/{hashlib.sha1(data).hexdigest()}", "wb") as unpacked:
                unpacked.write(data)
    return folder


def pack(source, target, folder):
    """In an order that the file system has no say in."""
    inputs = []
    for name in os.listdir(folder):
        with open(f"{folder}/{name}", "rb") as file:
            inputs.append(file.read())
    with open(corpus_file(source, target), "wb") as file:
        for data in sorted(set(inputs), key=lambda data: (len(data), data)):
            file.write(struct.pack("<I", len(data)) + data)


def run(source, target, *options):
    folder = unpack(source, target)
    return subprocess.run([f"fuzz/{target}", *LIMITS, *options, folder], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace",
                          env=dict(os.environ, TEST_SOURCE_DIRECTORY=source, FUZZ_SEEDS_FOLDER=folder))


def search(source, seconds, target):
    """The name of the test, whether it passed, and what was found."""
    done = run(source, target, f"-max_total_time={seconds}", "-print_final_stats=1",
               f"-artifact_prefix=fuzz/findings/{target}-")
    with open(f"fuzz/{target}.log", "w") as log:
        log.write(done.stdout)
    coverage, features, inputs = (STATUS.findall(done.stdout) or [(0, 0, 0)])[-1]
    runs = int((RUNS.findall(done.stdout) or [0])[-1])
    findings = FINDING.findall(done.stdout)
    name = (f"{target:14} {runs:>10} runs, coverage {coverage:>5}, features {features:>5}, "
            f"{inputs:>4} inputs, {len(findings)} findings")
    found = "\n     ".join([*REASON.findall(done.stdout)[:3],
                            *(f"kept in {path}; again: fuzz/{target} {path}" for path in findings)])
    return name, done.returncode == 0 and runs > 0, found or done.stdout[-2000:]


def refresh(source, target):
    """Of several inputs that reach the same code the smallest stays."""
    smallest = f"fuzz/corpus/{target}.smallest"
    shutil.rmtree(smallest, ignore_errors=True)
    os.makedirs(smallest)
    done = run(source, target, "-merge=1", "-use_counters=0", smallest)
    if done.returncode != 0:
        sys.exit(done.stdout[-2000:])
    pack(source, target, smallest)
    print(f"{target}: {len(os.listdir(smallest))} inputs, "
          f"{os.path.getsize(corpus_file(source, target))} bytes")


def main(arguments):
    if arguments[0] == "--refresh":
        for target in arguments[2:]:
            refresh(arguments[1], target)
        return 0
    source, seconds, *targets = arguments
    tally = Tally()
    try:
        require_libfuzzer(source)
    except system.Unavailable as reason:
        tally.skip("make fuzz", reason)
        return tally.close()
    processors = os.cpu_count()
    tally.note("Building the targets, see fuzz/build.log")
    os.makedirs("fuzz/findings", exist_ok=True)
    with open("fuzz/build.log", "w") as log:
        words = [f"{name}={os.environ[name]}" for name in ("FUZZ_CXX", "FUZZ_FLAGS")]
        built = subprocess.run(["make", f"-j{processors}", "fuzz-programs", *words,
                                "TARGETS=" + " ".join(targets)],
                               stdout=log, stderr=subprocess.STDOUT, env=system.build_environment())
    if not tally.check("the targets are built", built.returncode == 0, "see fuzz/build.log"):
        return tally.close()
    tally.note(f"{len(targets)} targets, {seconds} s each, {processors} at a time")
    with concurrent.futures.ThreadPoolExecutor(processors) as pool:
        for result in pool.map(lambda target: search(source, seconds, target), targets):
            tally.check(*result)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
