#!/usr/bin/env python3
"""What the Debian package promises: it is the same to the bit, whoever builds it and wherever; lintian has
nothing to say; it works once it is installed; and it leaves no file once it is purged.

Usage: check_package.py SOURCE TARBALL, in the build folder.
"""

import glob
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../schedulers"))

import program
import system

NAME = "monitoring-plugins-ephemeral"
NAT = "/usr/lib/nagios/plugins/check_ephemeral_nat"
# Which version of the policy is the present one depends on the release that lintian is from.
LINTIAN = ["lintian", "-EvIL", "+pedantic", "--fail-on", "warning,error", "--allow-root",
           "--suppress-tags", "out-of-date-standards-version"]
# What dpkg and the programs that it triggers keep for themselves.
NOT_OURS = ("/dev", "/proc", "/root", "/run", "/sys", "/tmp", "/var/cache", "/var/lib/dpkg", "/var/log")


def run(command, **options):
    """Its exit status and output."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)
    return done.returncode, done.stdout


def files():
    found = set()
    for folder, names, others in os.walk("/"):
        names[:] = [name for name in names if os.path.join(folder, name) not in NOT_OURS]
        found.update(os.path.join(folder, name) for name in names + others)
    return found


def build_elsewhere(tarball):
    """The package of another folder, umask, time zone and language, really compiled."""
    os.makedirs("/tmp/elsewhere", 0o700)
    subprocess.run(["tar", "-xf", tarball, "-C", "/tmp/elsewhere"], check=True)
    [source] = glob.glob(f"/tmp/elsewhere/{NAME}-*")
    build = source + "/build/elsewhere"
    os.makedirs(build, 0o700)
    environment = dict(system.build_environment(), TZ="Asia/Tokyo", LC_ALL="C.UTF-8")
    code, output = run(["sh", "-c", "umask 077; ../../configure -q --disable-tests && make -j2 dist && "
                        "CCACHE_DISABLE=1 make -j2 deb"], cwd=build, env=environment)
    if code != 0:
        raise system.Unavailable("make deb fails: " + output)
    [package] = glob.glob(f"{build}/packages/deb/{NAME}_*.deb")
    return package, source


def test_inside(tally, folder, package, tarball):
    package, tarball = system.enter_copy(folder, [package, tarball])
    other, source = build_elsewhere(tarball)
    tally.equal("two builds are the same to the bit", run(["cmp", package, other]), (0, ""))
    changes = glob.glob(os.path.dirname(other) + "/*.changes")
    tally.equal("lintian has nothing to say", run([*LINTIAN, *changes]), (0, ""))

    before = files()
    complaint = system.install_ours(package)
    tally.check("the package is installed", not complaint, complaint)
    code, output = run(["sh", source + "/debian/tests/installed"])
    tally.check("it works once it is installed", code == 0, output)
    tally.equal("it gives no capability that nobody asked for", run(["getcap", NAT]), (0, ""))
    run(["setcap", "cap_net_admin+p", NAT])
    complaint = system.install_ours(package)
    tally.check("it is upgraded", not complaint, complaint)
    tally.equal("what an administrator gave outlasts an upgrade", run(["getcap", NAT]),
                (0, f"{NAT} cap_net_admin=p\n"))
    code, output = run(["dpkg", "-P", NAME])
    tally.check("it is purged", code == 0, output)
    tally.equal("purged it leaves no file", files() - before, set())


def prepare(source, tarball):
    system.require_host()
    system.install(os.path.abspath(source), "package")
    return [system.Build(os.path.abspath(source)).finish(), os.path.abspath(tarball)]


if __name__ == "__main__":
    sys.exit(program.main(__file__, sys.argv[1:], "the package", prepare, test_inside))
