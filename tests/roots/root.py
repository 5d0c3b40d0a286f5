"""A root of Debian's, below the build folder, with tools that this system need not have.

It is made once, by debootstrap, and what is installed in it stays: on this system nothing is
installed but debootstrap. Our tarball is unpacked in it, and built from scratch each time.
"""

import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../schedulers"))

import program
import system

# Debian 12 has the oldest compiler that we promise, and cross compilers for all architectures.
RELEASE = "bookworm"
MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
APT_INSTALL = ("apt-get -q -y -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io install "
               "--no-install-recommends ")


def prepare(source, release=RELEASE):
    """On this system: the folder of the root, made if it is not there."""
    system.require_host()
    system.install(source, "root")
    folder = os.path.abspath("roots/" + release)
    if not os.path.isdir(folder):
        unfinished = folder + ".unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        print(f"Making {folder}, see debootstrap.log", flush=True)
        with open("debootstrap.log", "w") as log:
            done = subprocess.run(["debootstrap", "--variant=minbase", release, unfinished, MIRROR],
                                  stdout=log, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise system.Unavailable("debootstrap fails, see debootstrap.log")
        os.rename(unfinished, folder)
    return folder


def enter(folder, root, tarball):
    """In namespaces of our own: changes the root to it, and unpacks the tarball in /build/source."""
    with open("/etc/resolv.conf") as file:
        names = file.read()
    shutil.rmtree(root + "/build", ignore_errors=True)
    os.makedirs(root + "/build/source")
    subprocess.run(["tar", "-xf", tarball, "-C", root + "/build/source", "--strip-components=1"],
                   check=True)
    system.mount_memory(folder)
    os.mkdir(folder + "/root")
    system.mount("--bind", root, folder + "/root")
    system.mount_system(folder + "/root")
    os.chroot(folder + "/root")
    os.chdir("/build")
    with open("/etc/resolv.conf", "w") as file:
        file.write(names)


class Workplace:
    """What is built and tested for one purpose, in a folder of its own with a log."""

    def __init__(self, tally, name):
        self.tally, self.name = tally, name
        self.folder = "/build/" + name
        os.makedirs(self.folder)
        self.log = f"/build/{name}.log"

    def run(self, command, **environment):
        """Its exit status and what it prints, which is in the log, too."""
        environment = dict(system.build_environment(), DEBIAN_FRONTEND="noninteractive",
                           LC_ALL="C.UTF-8", TEST_SOURCE_DIRECTORY="/build/source", **environment)
        with open(self.log, "a+", errors="replace") as log:
            print("$", command, file=log, flush=True)
            start = log.tell()
            code = subprocess.run(command, shell=True, cwd=self.folder, stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=subprocess.STDOUT, env=environment).returncode
            log.seek(start)
            return code, log.read()

    def install(self, packages):
        command = APT_INSTALL + " ".join(packages)
        if self.run(command)[0] != 0:
            code, output = self.run("apt-get -q update && " + command)
            if code != 0:
                raise system.Unavailable("the tools cannot be installed: " + output[-2000:])
        self.tally.note(f"{self.name}: the tools are here")

    def build(self, configure, **environment):
        """Whether all that is to run builds without a warning."""
        code, output = self.run("../source/configure -q --enable-werror CXXFLAGS=-O1 " + configure +
                                " && make -j2 everything", **environment)
        self.tally.note(f"{self.name}: built")
        return self.tally.check(f"{self.name}: it builds without a warning", code == 0,
                                output[-3000:])

    def test(self, tests, emulator=""):
        """Each case of a program of Boost.Test counts; another one counts as a whole."""
        code, output = self.run(f"{emulator} tests/{tests}", BOOST_TEST_LOG_LEVEL="test_suite",
                                BOOST_TEST_REPORT_LEVEL="short", BOOST_TEST_COLOR_OUTPUT="no")
        name = f"{self.name}: tests/{tests}"
        counts = {verdict: int(number) for number, verdict in re.findall(
            r"^ *(\d+) test cases? out of \d+ (passed|failed)", output, re.M)}
        if code == program.SKIPPED:
            self.tally.skip(name, output.strip())
            return
        complaints = re.findall(r".*error: .*(?:\n(?!.*(?:Entering|Leaving) test ).*){0,9}", output)
        self.tally.check(f"{name}: {counts or 'ends well'}", code == 0,
                         "\n".join(complaints[:20]) or output[-3000:])
        self.tally.passed += max(counts.get("passed", 0) - (code == 0), 0)
        self.tally.failed += max(counts.get("failed", 0) - (code != 0), 0)
        for case, why in re.findall(r"Test case (\".*\") is skipped because (.*)", output):
            self.tally.skip(f"{name}: {case}", why)
        self.tally.note(f"{name} ran")


def main(script, words, purpose, test_inside, release=RELEASE):
    """What each script of this folder does: SCRIPT SOURCE TARBALL [WORD]..., in the build folder. The
    words are handed to `test_inside`."""
    def prepare_both(source, tarball, *more):
        return [prepare(os.path.abspath(source), release), os.path.abspath(tarball), *more]

    def enter_and_test(tally, folder, root, tarball, *more):
        enter(folder, root, tarball)
        test_inside(tally, *more)

    return program.main(script, words, purpose, prepare_both, enter_and_test, own_network=False)
