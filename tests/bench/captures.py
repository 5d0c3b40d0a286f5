"""What check_ephemeral_ports takes for a large capture, as `ss -tano` prints it: processor time and memory.

Usage: captures.py BUILD; prints milliseconds and KiB, the medians. A process of its own, because a
program's peak memory begins with that of the process it was started from.
"""
import os
import statistics
import subprocess
import sys
import tempfile

SOCKETS = 100000
ROUNDS = 9
DESTINATIONS = 40


def lines():
    """Half of the connections are in TIME_WAIT."""
    yield "State      Recv-Q Send-Q Local Address:Port Peer Address:Port"
    yield "LISTEN     0      4096         0.0.0.0:22           0.0.0.0:*"
    for number in range(SOCKETS):
        ends = f"10.0.0.1:{32768 + number // DESTINATIONS:<12} 10.1.0.{number % DESTINATIONS}:5432"
        if number // DESTINATIONS % 2:
            yield f"TIME-WAIT  0      0      {ends}  timer:(timewait,{10 + number % 50}sec,0)"
        else:
            yield f"ESTAB      0      0      {ends}"


def run(command, capture):
    """Processor time in milliseconds, and the peak in KiB."""
    capture.seek(0)
    with subprocess.Popen(command, stdin=capture, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if not 0 <= process.returncode <= 2:
        sys.exit(f"bench: {' '.join(command)} ended with {process.returncode}")
    return 1000 * (usage.ru_utime + usage.ru_stime), usage.ru_maxrss


def medians_of(build):
    settings = subprocess.run("sysctl net.ipv4 2> /dev/null; cat /proc/net/sockstat*", shell=True,
                              check=True, stdout=subprocess.PIPE, text=True).stdout
    with tempfile.TemporaryFile("w+") as capture:
        capture.write(settings)
        capture.writelines(line + "\n" for line in lines())
        capture.flush()
        runs = [run([f"{build}/plugins/check_ephemeral_ports", "--stdin"], capture) for _ in range(ROUNDS)]
    return [statistics.median(figures) for figures in zip(*runs)]


def measure(build):
    """Milliseconds, and KiB."""
    command = [sys.executable, "-B", __file__, build]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return tuple(float(figure) for figure in done.stdout.split())


if __name__ == "__main__":
    print(*medians_of(sys.argv[1]))
