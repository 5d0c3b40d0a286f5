#!/usr/bin/env python3
"""The service for Prometheus: how exposed systemd-analyze calls it, and that its commands do in its
restrictions what they do without. These are read from the unit, so that no list here can differ.

Usage: check_service.py UNIT, in the build folder, as root of namespaces for mounts, processes and the
network. CONFINED_USER in the environment is the user to become, if there is another one.
"""

import contextlib
import ctypes
import errno
import mmap
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

import confinement
from unit import Unit

HIGHEST_EXPOSURE = 2.0
# 64 ports, most of them taken, some of them held: so it matters what the kernel says when it is asked.
RANGE = (40000, 40063)
PLAIN, HELD = 30, 25


def read(path):
    with open(path) as file:
        return file.read()


def figures(text):
    """By name; those of a tuple with its labels. Where processes are hidden, the host's namespace can only
    be told to be the check's own."""
    text = text.replace('namespace="own"', 'namespace="host"')
    return dict(re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", text, re.M))


class Host:
    """What the service works in, for one run: the folder of the plugins, its own, the collector's."""

    def __init__(self, place, plugins="plugins"):
        self.folders = {"plugins": os.path.abspath(plugins)}
        for name in ("runtime", "collector"):
            self.folders[name] = f"{place}/{name}"
            os.mkdir(self.folders[name])
        self.user = int(os.environ["CONFINED_USER"]) if "CONFINED_USER" in os.environ else None
        if self.user is not None:
            os.chown(self.folders["runtime"], self.user, self.user)
        os.chmod(place, 0o755)

    def run(self, text):
        return confinement.run(Unit(text), self.folders, self.user)

    def published(self):
        """The figures that the collector would read, by file."""
        folder = self.folders["collector"]
        return {name: figures(read(f"{folder}/{name}")) for name in os.listdir(folder)}


def run_on_fresh_host(text):
    with tempfile.TemporaryDirectory() as place:
        host = Host(place)
        return host.run(text), host.published()


def without_restrictions(text):
    """The unit with what its commands work in, and no more."""
    kept = re.compile(r"(Environment|RuntimeDirectory|WorkingDirectory|UMask|Exec\w+)=|[\[#]|$")
    return "\n".join(line for line in text.replace("\\\n", " ").split("\n") if kept.match(line))


def forbid(text, system_call):
    tighter = text.replace("SystemCallFilter=~", f"SystemCallFilter=~{system_call} ", 1)
    assert tighter != text
    return tighter


def connect(port, bind_first):
    connection = socket.socket()
    if bind_first:
        connection.bind(("127.0.0.1", 0))
    connection.connect(("127.0.0.1", port))
    return connection


def make_sockets():
    with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as file:
        file.write("%d %d" % RANGE)
    return [socket.create_server(("127.0.0.1", port), backlog=64) for port in (5432, 5433)] + \
        [connect(5432, False) for _ in range(PLAIN)] + [connect(5433, True) for _ in range(HELD)]


def error_of(act):
    try:
        act()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "allowed"


def call(name, *arguments):
    confinement.call(name, *arguments)


# What a process tries, and what it is told in the unit's restrictions.
FORBIDDEN = {
    "a socket of AF_UNIX": (lambda: socket.socket(socket.AF_UNIX), "EAFNOSUPPORT"),
    "a socket of AF_PACKET": (lambda: socket.socket(socket.AF_PACKET), "EAFNOSUPPORT"),
    "a new user namespace": (lambda: call("unshare", 0x10000000), "EPERM"),
    "a mount": (lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, None), "EPERM"),
    "memory to write and to execute": (
        lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC), "EPERM"),
    "another personality": (lambda: call("personality", ctypes.c_ulong(8)), "EPERM"),
    "a file of another user ID": (lambda: os.chmod(".", 0o4755), "EPERM"),
    "a file in /usr": (lambda: open("/usr/new", "w"), "EROFS"),
    "a setting of the kernel": (
        lambda: open("/proc/sys/net/ipv4/ip_local_port_range", "w"), "EROFS"),
    "a look at the memory": (lambda: open("/dev/mem"), "ENOENT"),
    "a look at /root": (lambda: os.listdir("/root"), "EACCES")}


class Service(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        for made in make_sockets():
            stack.enter_context(made)
        cls.unit = read(os.environ["UNIT"])
        cls.outside = run_on_fresh_host(without_restrictions(cls.unit))[1]
        del cls.outside["ephemeral_probe.prom"]["ephemeral_probe_bind_search_time_seconds"]

    def assert_published_as_outside(self, files):
        """All the same figures, but for the time that a search takes, which is only there."""
        files["ephemeral_probe.prom"].pop("ephemeral_probe_bind_search_time_seconds")
        self.assertEqual(files, self.outside)

    def test_every_setting_of_the_unit_is_known_here(self):
        self.assertEqual(confinement.unknown_settings(Unit(self.unit)), set())

    def test_exposure_is_low_as_systemd_analyze_reckons(self):
        done = subprocess.run(["systemd-analyze", "security", "--no-pager", "--offline=yes",
                               os.environ["UNIT"]], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        if "offline" in done.stderr:
            print("SKIPPED: how exposed the service is: systemd-analyze cannot tell before systemd 250")
            return
        exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
        self.assertTrue(exposure, done.stdout + done.stderr)
        self.assertLess(float(exposure[1]), HIGHEST_EXPOSURE, done.stdout)

    def test_what_the_unit_forbids_is_forbidden_here(self):
        for as_root in (False, True):
            for what, (act, error) in FORBIDDEN.items():
                with self.subTest(what, as_root=as_root):
                    self.assertEqual(self.answer_to(act, as_root), error)

    def answer_to(self, act, as_root):
        def tell():
            os.write(inside, error_of(act).encode())
            return 0
        outside, inside = os.pipe()
        with tempfile.TemporaryDirectory() as place, open(outside) as answer:
            host = Host(place)
            confinement.act_confined(Unit(self.unit), host.folders, host.user, as_root, tell)
            os.close(inside)
            return answer.read()

    def test_the_same_files_and_figures_as_without_restrictions(self):
        statuses, files = run_on_fresh_host(self.unit)
        self.assertEqual(statuses, [0, 0])
        self.assertEqual(sorted(files), sorted(check[len("check_"):] + ".prom"
                                               for check in os.environ["CHECKS"].split()))
        self.assert_published_as_outside(files)
        ports = files["ephemeral_ports.prom"]
        self.assertEqual(int(ports["ephemeral_ports_held"]), HELD)
        self.assertEqual(int(ports["ephemeral_ports_used"]), PLAIN + HELD)

    def test_the_same_files_if_the_shell_is_bash(self):
        if not os.path.exists("/bin/bash"):
            print("SKIPPED: the service with bash for a shell: there is none")
            return
        statuses, files = run_on_fresh_host(self.unit.replace("=/bin/sh", "=/bin/bash")
                                            .replace("!/bin/sh", "!/bin/bash"))
        self.assertEqual(statuses, [0, 0])
        self.assert_published_as_outside(files)

    def test_the_same_figures_from_proc_net_if_netlink_is_forbidden(self):
        statuses, files = run_on_fresh_host(self.unit.replace(" AF_NETLINK", ""))
        self.assertEqual(statuses, [0, 0])
        self.assert_published_as_outside(files)

    def test_two_ends_are_published_if_connect_is_forbidden(self):
        statuses, files = run_on_fresh_host(forbid(self.unit, "connect"))
        self.assertEqual(statuses, [0, 0])
        ports = files["ephemeral_ports.prom"]
        usable = RANGE[1] - RANGE[0] + 1
        self.assertEqual(int(ports["ephemeral_ports_left"]), usable - PLAIN)
        self.assertEqual(int(ports["ephemeral_ports_left_least"]), usable - PLAIN - HELD)

    def test_unknown_is_published_if_proc_has_processes_alone(self):
        statuses, files = run_on_fresh_host(self.unit + "ProcSubset=pid\n")
        self.assertEqual(statuses, [0, 0])
        states = {name: value for values in files.values() for name, value in values.items()
                  if name.endswith("_state")}
        del states["ephemeral_probe_state"]  # the kernel answers it without a look into /proc
        self.assertEqual(set(states.values()), {"3"}, states)

    def test_failure_and_no_file_if_the_folder_is_read_only(self):
        statuses, files = run_on_fresh_host(re.sub("ReadWritePaths=.*\n", "", self.unit))
        self.assertEqual(statuses, [0, 1])
        self.assertEqual(files, {})

    def test_failure_and_the_other_files_if_a_check_prints_nothing(self):
        with tempfile.TemporaryDirectory() as place:
            plugins = f"{place}/plugins"
            os.mkdir(plugins)
            for check in os.environ["CHECKS"].split():
                shutil.copy(f"plugins/{check}", plugins)
            shutil.copy("/bin/false", f"{plugins}/check_ephemeral_range")
            host = Host(place, plugins)
            self.assertEqual(host.run(self.unit), [0, 1])
            self.assertEqual(set(host.published()), set(self.outside) - {"ephemeral_range.prom"})


if __name__ == "__main__":
    os.environ["UNIT"] = sys.argv.pop(1)
    unittest.main()
