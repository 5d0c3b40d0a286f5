#!/usr/bin/env python3
"""What ./run and ./test install is listed, can be undone by that list, and brings no service to life:
none is started, now or at the next boot. Tried with a package that does what debhelper's scripts do.

Usage: check_install.py, anywhere.
"""

import glob
import os
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, SOURCE + "/tests/schedulers")

import program
import system

CONTROL = """Package: {name}
Version: 1
Architecture: all
Maintainer: Nobody <nobody@example.com>
Description: a service for a test
"""
POSTINST = """#!/bin/sh
set -e
deb-systemd-helper enable {name}.service
update-rc.d {name} defaults
invoke-rc.d {name} start
"""
POSTRM = """#!/bin/sh
set -e
[ "$1" != purge ] || {{ deb-systemd-helper purge {name}.service; update-rc.d {name} remove; }}
"""
UNIT = """[Service]
ExecStart=/bin/false
[Install]
WantedBy=multi-user.target
"""
SCRIPT = """#!/bin/sh
### BEGIN INIT INFO
# Provides: {name}
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
# Short-Description: a service for a test
### END INIT INFO
echo "$1" >>/tmp/{name}.calls
"""
FILES = {"DEBIAN/control": CONTROL, "DEBIAN/postinst": POSTINST, "DEBIAN/postrm": POSTRM,
         "DEBIAN/conffiles": "/etc/init.d/{name}\n", "etc/init.d/{name}": SCRIPT,
         "lib/systemd/system/{name}.service": UNIT}


def make_package(name):
    for path, text in FILES.items():
        path = f"/tmp/{name}/{path.format(name=name)}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text.format(name=name))
        os.chmod(path, 0o755 if text.startswith("#!") else 0o644)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", f"/tmp/{name}", f"/tmp/{name}.deb"],
                   check=True, stdout=subprocess.DEVNULL)
    return f"/tmp/{name}.deb"


def enabled(name):
    """How it would come to life at the next boot."""
    return (glob.glob(f"/etc/systemd/system/*.wants/{name}.service") +
            glob.glob(f"/etc/rc[2-5S].d/S*{name}"))


def calls(name):
    try:
        with open(f"/tmp/{name}.calls") as file:
            return file.read().split()
    except FileNotFoundError:
        return []


def shell(script, *words):
    """Its exit status and output, in the folder that holds scripts/."""
    done = subprocess.run(["sh", "-c", script, "sh", *words], cwd="/tmp", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))
    return done.returncode, done.stdout


def test_inside(tally, folder):
    system.enter_copy(folder, [SOURCE + "/scripts"])
    policy = os.path.exists("/usr/sbin/policy-rc.d")
    code, output = shell("dpkg -i \"$1\"", make_package("ephemeral-before"))
    tally.check("dpkg alone enables a service, as systemd and as System V have it",
                code == 0 and len(enabled("ephemeral-before")) > 1, output)

    code, output = shell('. scripts/build.sh && install_packages "$1"',
                         make_package("ephemeral-test"))
    tally.check("the package is installed", code == 0, output)
    tally.equal("its service is not started", calls("ephemeral-test"), [])
    tally.equal("its service is not enabled for the next boot", enabled("ephemeral-test"), [])
    tally.check("what was enabled before stays so", len(enabled("ephemeral-before")) > 1,
                enabled("ephemeral-before"))
    tally.equal("services may be started again after that", os.path.exists("/usr/sbin/policy-rc.d"),
                policy)
    tally.equal("it is listed", shell("cat build/installed-packages"), (0, "ephemeral-test\n"))
    code, output = shell("apt-get purge -y $(cat build/installed-packages)")
    tally.check("by the list it is undone", code == 0 and not system.is_installed("ephemeral-test") and
                system.is_installed("ephemeral-before"), output)


def prepare():
    system.require_host()
    system.install(SOURCE, "readme")
    return []


if __name__ == "__main__":
    sys.exit(program.main(__file__, sys.argv[1:], "what is installed", prepare, test_inside))
