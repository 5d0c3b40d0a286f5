#!/usr/bin/env python3
"""Builds for i386, arm64 and s390x, and runs the tests there: two word sizes and two byte orders.

The compilers run on this system's processor. The programs of i386 run here, if the kernel has its
system calls, and so do its live tests; those of the others run in qemu, which knows no netlink
sockets of the kind that the live tests need.

Usage: check_architectures.py SOURCE TARBALL, in the build folder.
"""

import glob
import os
import sys

import root

ARCHITECTURES = {"i386": ("i686", "i386"), "arm64": ("aarch64", "aarch64"),
                 "s390x": ("s390x", "s390x")}
COMMON = ["make", "pkg-config", "qemu-user-static", "nlohmann-json3-dev", "iproute2"]
LIBRARIES = ["libboost-test-dev", "libfmt-dev", "libmnl-dev", "libseccomp-dev"]
CORPORA = "/build/source/tests/fuzz/corpus/*.bin"  # one of each fuzz target


def test_architecture(tally, architecture, processor, emulator):
    place = root.Workplace(tally, architecture)
    place.run(f"dpkg --add-architecture {architecture}")
    triplet = processor.replace("i686", "i386") + "-linux-gnu"
    place.install([*COMMON, f"g++-{processor}-linux-gnu",
                   *(f"{library}:{architecture}" for library in LIBRARIES)])
    if not place.build(f"--build=another --host={processor}-linux-gnu",
                       PKG_CONFIG_LIBDIR=f"/usr/lib/{triplet}/pkgconfig:/usr/share/pkgconfig"):
        return
    runs_here = place.run("plugins/check_ephemeral_range --version")[0] == 3
    command = "" if runs_here else f"qemu-{emulator}-static"
    targets = sorted(os.path.basename(path)[:-len(".bin")] for path in glob.glob(CORPORA))
    for tests in ["unit_tests", *(f"fuzz/{target}" for target in targets)]:
        place.test(tests, command)
    if runs_here:
        place.test("live_tests")
    else:
        tally.skip(f"{architecture}: tests/live_tests",
                   "qemu's user mode has no sock_diag; a machine of that architecture would run them")


def test_inside(tally):
    for architecture, (processor, emulator) in ARCHITECTURES.items():
        test_architecture(tally, architecture, processor, emulator)


if __name__ == "__main__":
    sys.exit(root.main(__file__, sys.argv[1:], "other architectures", test_inside))
