#!/usr/bin/env python3
"""What the portable tarball promises: the checks in it are linked with nothing, run in a root that has
nothing but /proc, and say what those of this build say; without /proc they say so.

Usage: check_portable.py SOURCE FOLDER CHECK..., in the build folder. FOLDER has the tarballs. Those of
another processor start in qemu's user mode, and no more: it has no sock_diag.
"""

import glob
import hashlib
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../schedulers"))

import program
import system

TAKEN = 60  # of 64 ports
DESTINATION = ("127.0.0.1", 5432)
# What differs from run to run.
VOLATILE = re.compile(r".*search_time|close_rate|projected")


def run(command, root=None):
    """Its exit status, what it prints, and its standard error."""
    if root:
        command = ["chroot", root, *command]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    return done.returncode, done.stdout, done.stderr


def run_with_own_proc(command):
    """With a /proc that shows only this test's processes, as in the root: check_ephemeral_namespaces looks at
    the networks of all processes there. The mount is this command's alone, whatever the root is."""
    return run(["unshare", "--mount", "--propagation", "unchanged", "sh", "-c",
                'mount -t proc proc /proc && exec "$@"', "sh", *command])


def fill():
    """A small range and a destination that has nearly all of it."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as file:
        file.write("40000 40063")
    listener = socket.create_server(DESTINATION)
    return [listener] + [socket.create_connection(DESTINATION) for _ in range(TAKEN)]


def measured(answer):
    """The figures of a JSON answer without those that differ from run to run."""
    report = json.loads(answer)
    figures = {label: metric["value"] for label, metric in report["metrics"].items()
               if not VOLATILE.match(label)}
    return report["state"], figures


def arguments_of(check):
    return ["127.0.0.1:5432"] if check.endswith("_probe") else []


def make_root(folder, tarball):
    """An empty root with the tarball's checks and /proc; returns the folder of the checks in it."""
    root = f"{folder}/{os.path.basename(tarball)}.root"
    os.makedirs(root + "/proc")
    subprocess.run(["tar", "-xf", tarball, "-C", root], check=True)
    system.mount("-t", "proc", "proc", root + "/proc")
    [name] = [name for name in os.listdir(root) if name != "proc"]
    return root, "/" + name


def test_linkage(tally, path):
    name = os.path.basename(path)
    code, output, _ = run(["readelf", "--program-headers", "--dynamic", path])
    tally.check(f"{name} needs no loader and no library",
                code == 0 and "INTERP" not in output and "(NEEDED)" not in output, output)


def test_answer(tally, root, place, check, situation):
    name = os.path.basename(check)
    words = [*arguments_of(check), "--output-format=json"]
    theirs = run([f"{place}/{name}", *words], root)
    expected = run_with_own_proc([os.path.abspath(check), *words])
    ok = (theirs[0] == expected[0] and theirs[2] == ""
          and measured(theirs[1]) == measured(expected[1]))
    tally.check(f"{name} says in an empty root what this build says ({situation})", ok, f"{theirs}\n{expected}")


def test_without_proc(tally, root, place, check):
    name = os.path.basename(check)
    answer = run([f"{place}/{name}", *arguments_of(check)], root)
    code, output, errors = answer
    if name == "check_ephemeral_probe":
        tally.check(f"{name} needs not even /proc", (code, errors) == (0, ""), answer)
    else:
        tally.check(f"{name} is UNKNOWN in one line that names /proc, without it",
                    (code, output.count("\n"), errors) == (3, 1, "") and "/proc" in output, answer)


def test_readme(tally, folder, checks):
    """The page of a check, which README's question is from, says so, too."""
    with open(folder + "/README") as file:
        readme = file.read()
    for check in map(os.path.basename, checks):
        asked = re.search(rf"^  \./{check}\n((?: {{6}}.*\n)+)", readme, re.M)
        tally.check(f"README says what {check} asks", asked and "?" in asked[1], readme)


def test_native(tally, folder, tarball, checks):
    root, place = make_root(folder, tarball)
    test_readme(tally, root + place, checks)
    for check in checks:
        test_linkage(tally, f"{root}{place}/{os.path.basename(check)}")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for check in checks:
        test_answer(tally, root, place, check, "idle")
    sockets = fill()
    for check in checks:
        test_answer(tally, root, place, check, "nearly full")
    state = run([f"{place}/check_ephemeral_ports"], root)[0]
    tally.equal(f"{TAKEN} of 64 ports are CRITICAL there", state, 2)
    for kept in sockets:
        kept.close()
    subprocess.run(["umount", root + "/proc"], check=True)
    for check in checks:
        test_without_proc(tally, root, place, check)


def test_foreign(tally, folder, tarball, checks):
    processor = tarball.removesuffix(".tar.xz").rpartition("-")[2]
    emulator = shutil.which(f"qemu-{processor}-static")
    root, place = make_root(folder, tarball)
    for check in checks:
        test_linkage(tally, f"{root}{place}/{os.path.basename(check)}")
    if not emulator:
        tally.skip(f"the checks for {processor} start", f"there is no qemu-{processor}-static")
        return
    shutil.copy(emulator, root + "/emulator")
    for check in checks:
        name = os.path.basename(check)
        code, output, errors = run(["/emulator", f"{place}/{name}", "--version"], root)
        tally.check(f"{name} for {processor} starts",
                    code == 3 and output.startswith(name), (code, output, errors))


def test_sums(tally, folder):
    with open(folder + "/SHA256SUMS") as file:
        listed = dict(reversed(line.split()) for line in file)
    found = {}
    for path in glob.glob(folder + "/*.tar.xz"):
        with open(path, "rb") as file:
            found[os.path.basename(path)] = hashlib.sha256(file.read()).hexdigest()
    tally.equal("SHA256SUMS has each tarball", listed, found)


def test_inside(tally, folder, portable, *checks):
    system.mount_memory(folder)
    test_sums(tally, portable)
    for tarball in sorted(glob.glob(portable + "/*.tar.xz")):
        if tarball.endswith(f"-{platform.machine()}.tar.xz"):
            test_native(tally, folder, tarball, checks)
        else:
            test_foreign(tally, folder, tarball, checks)


def prepare(source, portable, *checks):
    system.require_host()
    if not glob.glob(portable + "/*.tar.xz"):
        raise system.Unavailable("make portable made none")
    return [os.path.abspath(portable), *checks]


if __name__ == "__main__":
    sys.exit(program.main(__file__, sys.argv[1:], "the portable tarball", prepare, test_inside))
