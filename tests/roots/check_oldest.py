#!/usr/bin/env python3
"""Builds with the oldest tools and libraries that README.md promises, as far as Debian has them, and
runs the tests.

g++ 11 and Boost 1.74 are Debian 12's own; so is autoconf 2.69, which makes configure anew. The rest
comes from packages that are unpacked and not installed: nlohmann-json 3.9 and the kernel's headers,
5.10, from Debian 11; fmt 8.0.1, which no release of Debian had, from the copy that VTK 9.1 carries,
without its library: its headers alone do as well.

Usage: check_oldest.py SOURCE TARBALL, in the build folder.
"""

import glob
import os
import sys

import root
import system

PACKAGES = ["make", "automake", "autoconf2.69", "pkg-config", "g++-11", "libboost-test-dev",
            "libmnl-dev", "libseccomp-dev", "iproute2"]
UNPACKED = {"libvtk9-dev": "/", "nlohmann-json3-dev": "/bullseye", "linux-libc-dev": "/bullseye"}
OLDER = f"deb {root.MIRROR} bullseye main\n"
OLD = "/build/old"
FMT = f"""Name: fmt
Description: the copy that VTK carries
Version: 8.0.1
Cflags: -DFMT_HEADER_ONLY -I{OLD}/include
Libs:
"""
PROGRAMS = ["unit_tests", "live_tests"]


def fetch(place):
    """Brings what Debian 12 has only newer to OLD."""
    with open("/etc/apt/sources.list.d/older.list", "w") as file:
        file.write(OLDER)
    # What is installed is to come from Debian 12 all the same.
    with open("/etc/apt/preferences.d/older", "w") as file:
        file.write("Package: *\nPin: release n=bullseye\nPin-Priority: 1\n")
    os.makedirs(OLD + "/include")
    download = " && ".join(f"apt-get -q download {package}{release.rstrip('/')}"
                           for package, release in UNPACKED.items())
    code, output = place.run(f"apt-get -q update && cd {OLD} && {download} && "
                             "for package in *.deb; do dpkg -x $package .; done")
    if code != 0:
        raise system.Unavailable("the old libraries cannot be fetched: " + output[-2000:])
    [fmt] = glob.glob(OLD + "/usr/include/vtk-*/vtkfmt")
    os.symlink(fmt, OLD + "/include/fmt")
    with open(OLD + "/fmt.pc", "w") as file:
        file.write(FMT)


def test_inside(tally):
    place = root.Workplace(tally, "oldest")
    place.install(PACKAGES)
    fetch(place)
    tally.note(place.run("g++-11 --version; autoconf2.69 --version; ls " + OLD)[1])
    tools = {name.upper(): f"{name}2.69" for name in ("autoconf", "autoheader", "autom4te")}
    code, output = place.run("cd ../source && autoreconf --force --install", **tools)
    if not tally.check("autoconf 2.69 makes configure", code == 0, output[-3000:]):
        return
    headers = f"-isystem {OLD}/usr/include -isystem {OLD}/usr/include/x86_64-linux-gnu"
    if place.build(f"CC=gcc-11 CXX=g++-11 CPPFLAGS='{headers}'",
                   PKG_CONFIG_PATH=f"{OLD}:{OLD}/usr/lib/pkgconfig:{OLD}/usr/share/pkgconfig"):
        for tests in PROGRAMS:
            place.test(tests)


if __name__ == "__main__":
    sys.exit(root.main(__file__, sys.argv[1:], "the oldest tools", test_inside))
