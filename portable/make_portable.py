#!/usr/bin/env python3
"""Makes the tarball for a host where nothing can be installed: all checks, linked statically.

The compiler and the archives come from Debian 13 (Debian 12's libmnl has none), in a root of its own
below the build folder (roots/). Other processors' checks are cross-built there.

Usage: make_portable.py SOURCE TARBALL DATE PROCESSOR..., in the build folder, with the processors that
`uname -m` says. The results are in packages/portable/.
"""

import glob
import hashlib
import os
import platform
import re
import shutil
import sys
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../tests/roots"))

import root

RELEASE = "trixie"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}  # as Debian calls them
TOOLS = ["make", "pkg-config", "xz-utils"]
LIBRARIES = ["libfmt-dev", "libmnl-dev"]
# Whose code is in the programs; a cross compiler's C and C++ libraries are packages of their own, at
# versions of their own.
RUNTIME = ["libc6-dev", "libstdc++-14-dev"]
# The texts that those packages' copyright files only name.
LICENCES = ["GPL-2", "LGPL-2", "LGPL-2.1", "LGPL-3"]
# Of fmt there is no archive; its headers alone do as well.
FLAGS = ("CXXFLAGS='-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2' "
         "LDFLAGS='-static-pie -Wl,-z,relro,-z,now' PKG_CONFIG='pkg-config --static' "
         "FMT_CFLAGS=-DFMT_HEADER_ONLY FMT_LIBS=-lm")


def install_tools(place, processor):
    """Returns the options of configure that this processor needs."""
    if processor == platform.machine():
        place.install([*TOOLS, "g++", *LIBRARIES])
        return ""
    architecture = ARCHITECTURES[processor]
    place.run(f"dpkg --add-architecture {architecture}")
    compiler = f"{processor}-linux-gnu".replace("_", "-")
    place.install([*TOOLS, f"g++-{compiler}", *(f"{name}:{architecture}" for name in LIBRARIES)])
    return (f"--build={platform.machine()}-linux-gnu --host={processor}-linux-gnu "
            f"PKG_CONFIG_LIBDIR=/usr/lib/{processor}-linux-gnu/pkgconfig:/usr/share/pkgconfig")


def linked_packages(processor):
    architecture = ARCHITECTURES[processor]
    suffix = "" if processor == platform.machine() else f"-{architecture}-cross"
    return ([name + suffix for name in RUNTIME], [f"{name}:{architecture}" for name in LIBRARIES])


def questions_of(checks):
    """Each check and the question that its page opens with."""
    lines = []
    for check in map(os.path.basename, checks):
        with open(f"/build/source/man/{check}.1") as page:
            question = re.search(r"^\.Nd (.*)$", page.read(), re.M)[1]
        lines += [f"  ./{check}", *textwrap.wrap(question, 90, initial_indent=" " * 6, subsequent_indent=" " * 6)]
    return "\n".join(lines)


def gather(place, processor, version, checks):
    """What the tarball has; returns the name of its folder."""
    name = f"monitoring-plugins-ephemeral-{version}-linux-{processor}"
    folder = f"{place.folder}/{name}"
    os.makedirs(folder + "/man")
    os.makedirs(folder + "/licences")
    strip = "strip" if processor == platform.machine() else f"{processor}-linux-gnu-strip"
    for check in checks:
        code, output = place.run(f"{strip} -o {folder}/{os.path.basename(check)} {check}")
        if code != 0:
            raise RuntimeError(output)
    for page in glob.glob("/build/source/man/*.1") + [place.folder + "/man/ephemeral-ports.7"]:
        shutil.copy(page, folder + "/man")
    shutil.copy("/build/source/COPYING", folder)
    with open("/build/source/portable/README.portable") as file, open(folder + "/README", "w") as readme:
        readme.write(file.read().replace("@CHECKS@", questions_of(checks)))
    runtime, libraries = linked_packages(processor)
    for package in runtime + LIBRARIES:
        shutil.copy(f"/usr/share/doc/{package}/copyright", f"{folder}/licences/{package}")
    for licence in LICENCES:
        shutil.copy("/usr/share/common-licenses/" + licence, folder + "/licences")
    code, versions = place.run("dpkg-query -W -f '${Package} ${Version}\\n' " +
                               " ".join(runtime + libraries))
    if code != 0:
        raise RuntimeError(versions)
    with open(folder + "/licences/README", "w") as file:
        file.write("The programs contain parts of these packages of Debian 13, whose source Debian has:\n\n"
                   + versions)
    return name


def make_inside(tally, date, *processors):
    out = "/build/portable"
    os.makedirs(out)
    for processor in processors:
        place = root.Workplace(tally, processor)
        options = install_tools(place, processor)
        code, output = place.run(f"../source/configure -q --disable-tests {options} {FLAGS} && "
                                 "make -s -j2 $(make -s print-checks) man/ephemeral-ports.7")
        if not tally.check(f"{processor}: the checks are linked statically", code == 0, output[-3000:]):
            return
        checks = place.run("make -s print-checks")[1].split()
        version = place.run("sed -n 's/^VERSION = //p' Makefile")[1].strip()
        name = gather(place, processor, version, checks)
        code, output = place.run(
            f"tar -cJf {out}/{name}.tar.xz --format=ustar --sort=name --mode=u=rwX,go=rX --owner=0 "
            f"--group=0 --numeric-owner --mtime='{date} 00:00Z' {name}")
        tally.check(f"{processor}: {name}.tar.xz", code == 0, output)
        tally.note(f"{processor} is done")


def sum_up(folder):
    """Writes the checksums as sha256sum does."""
    with open(folder + "/SHA256SUMS", "w") as sums:
        for path in sorted(glob.glob(folder + "/*.tar.xz")):
            with open(path, "rb") as file:
                sums.write(f"{hashlib.sha256(file.read()).hexdigest()}  {os.path.basename(path)}\n")


def main(words):
    status = root.main(__file__, words, "the portable tarball", make_inside, RELEASE)
    made = f"roots/{RELEASE}/build/portable"
    if "--inside" in words or status != 0 or not os.path.isdir(made):
        return status
    shutil.rmtree("packages/portable", ignore_errors=True)
    os.makedirs("packages", exist_ok=True)
    shutil.copytree(made, "packages/portable")
    sum_up("packages/portable")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
