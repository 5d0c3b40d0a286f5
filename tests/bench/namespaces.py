"""What check_ephemeral_namespaces takes on a host with many network namespaces: processor time, because
the namespaces' own processes do nothing, and nothing is there to compare it with.

Usage: namespaces.py BUILD COUNT ROUNDS, as root of a user namespace at least; prints milliseconds, the median.
"""
import contextlib
import os
import resource
import statistics
import subprocess
import sys
import time

COUNT = 200
ROUNDS = 9
CROWD = 100000  # sockets, in one of the namespaces


def network_of(process):
    return os.readlink(f"/proc/{process}/ns/net")


@contextlib.contextmanager
def namespaces(count):
    """Each with a process that sleeps."""
    sleepers = [subprocess.Popen(["unshare", "--net", "sleep", "infinity"]) for _ in range(count)]
    try:
        while any(network_of(sleeper.pid) == network_of("self") for sleeper in sleepers):
            time.sleep(0.01)
        yield
    finally:
        for sleeper in sleepers:
            sleeper.kill()
            sleeper.wait()


def processor_time(command):
    """In milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if not 0 <= done.returncode <= 2:
        sys.exit(f"bench: {done.stdout}")
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def median_of(build, count, rounds):
    command = [f"{build}/plugins/check_ephemeral_namespaces", "--if-refused=ok"]
    with namespaces(count):
        return statistics.median(processor_time(command) for _ in range(rounds))


@contextlib.contextmanager
def crowd(build):
    """A namespace that has CROWD sockets."""
    with subprocess.Popen([f"{build}/tests/bench/population", "few", str(CROWD)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        if not holder.stdout.readline().startswith("ready"):
            sys.exit("bench: the population could not be made")
        yield
        holder.stdin.close()


def measure(build):
    """In milliseconds: if all are idle, and if one of them has a crowd."""
    as_root = [] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user"]
    command = [*as_root, sys.executable, "-B", __file__, build, str(COUNT), str(ROUNDS)]
    idle = float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    with crowd(build):
        crowded = float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return idle, crowded


if __name__ == "__main__":
    print(median_of(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
