"""Debian's own kernels, by apt, which checks where they come from.

Which ones there are is asked of the archive that this system is configured for, by an apt whose
root is in the build folder: the system's own apt does not notice, and nothing is installed.
"""

import dataclasses
import functools
import glob
import os
import re
import shutil
import subprocess
import time

from system import Unavailable

META = "linux-image-cloud-amd64"  # of each suite's newest kernel, without the drivers of hardware
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
DEBIAN, SECURITY = "http://deb.debian.org/debian", "http://deb.debian.org/debian-security"
RELEASES = ["bullseye", "bookworm", "trixie"]  # each one's kernel is tried, and the newest of all
SUITES = {
    "debian": [*RELEASES, *(release + "-backports" for release in RELEASES), "sid"],
    "debian-security": [release + "-security" for release in RELEASES],
}
A_DAY = 24 * 3600


@dataclasses.dataclass
class Kernel:
    suite: str
    version: str  # of Debian's package
    folder: str

    def release(self):
        """As `uname -r` says."""
        [modules] = glob.glob(self.folder + "/usr/lib/modules/*")
        return os.path.basename(modules)

    def image(self):
        [image] = (glob.glob(self.folder + "/boot/vmlinuz-*") or
                   glob.glob(self.folder + "/usr/lib/modules/*/vmlinuz"))
        return image

    def module(self, name):
        """Its file; None if it is a part of the kernel, or there is no such thing."""
        found = glob.glob(f"{self.folder}/usr/lib/modules/**/{name}.ko*", recursive=True)
        return found[0] if found else None


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(command)} fails: {done.stderr.strip()}")
    return done.stdout


def compare(one, other):
    """By Debian's order of versions."""
    later = subprocess.run(["dpkg", "--compare-versions", one, "gt", other], check=False)
    return 1 if later.returncode == 0 else -1 if one != other else 0


def newest(offers):
    """Of pairs of suite and version."""
    return max(offers, key=lambda offer: functools.cmp_to_key(compare)(offer[1]), default=None)


def choose(offers, wanted=()):
    """The newest kernel of each release, and the newest of all; or of those whose version begins
    with one of `wanted`, the newest for each."""
    groups = ([[offer for offer in offers if offer[1].startswith(begin)] for begin in wanted] or
              [[(suite, version) for suite, version in offers
                if suite in (release, release + "-security")] for release in RELEASES] + [offers])
    chosen = {}
    for group in filter(None, groups):
        suite, version = newest(group)
        chosen.setdefault(version, suite)
    return [(suite, version) for version, suite in chosen.items()]


class Archive:
    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.root = self.folder + "/apt"
        self.environment = dict(os.environ, APT_CONFIG=self.root + "/apt.conf", LC_ALL="C")

    def ask(self, *command):
        return run(command, env=self.environment)

    def update(self):
        """Reads what the archive has, once a day. A suite that is gone is no error here."""
        stamp = self.root + "/updated"
        if os.path.exists(stamp) and time.time() - os.path.getmtime(stamp) < A_DAY:
            return
        self.make_root()
        subprocess.run(["apt-get", "-q", "update"], env=self.environment, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if self.offers():
            with open(stamp, "w"):
                pass

    def make_root(self):
        sites = run(["apt-get", "indextargets", "--format", "$(SITE)"]).split()
        for folder in ("lists/partial", "cache/archives/partial", "none"):
            os.makedirs(f"{self.root}/{folder}", exist_ok=True)
        with open(self.root + "/status", "w"):
            pass
        with open(self.root + "/sources.list", "w") as file:
            for name, default in (("debian", DEBIAN), ("debian-security", SECURITY)):
                site = next((site for site in sites if site.rstrip("/").endswith("/" + name)), default)
                for suite in SUITES[name]:
                    file.write(f"deb [arch=amd64 signed-by={KEYS}] {site} {suite} main\n")
        with open(self.root + "/apt.conf", "w") as file:
            # How this system reaches its archive, such as by a proxy; but none of its hooks.
            file.write("".join(line + "\n" for line in run(["apt-config", "dump"]).splitlines()
                               if line.startswith("Acquire::")))
            file.write(f'Dir::State "{self.root}"; Dir::State::status "{self.root}/status";\n'
                       f'Dir::Cache "{self.root}/cache"; Dir::Etc::main "none";\n'
                       f'Dir::Etc::parts "{self.root}/none";\n'
                       f'Dir::Etc::sourcelist "{self.root}/sources.list";\n'
                       f'Dir::Etc::sourceparts "{self.root}/none";\n'
                       f'Dir::Etc::preferencesparts "{self.root}/none";\n'
                       'APT::Sandbox::User "root"; Acquire::Languages "none";\n')

    def offers(self):
        """Pairs of suite and version."""
        lines = self.ask("apt-cache", "madison", META).splitlines()
        return [(where.split()[1].partition("/")[0], version.strip())
                for _, version, where in (line.split("|") for line in lines)
                if where.endswith("Packages")]

    def packages(self, version):
        """The packages of which a kernel consists: they are tied to their very version. META only
        names them; an archive may have lost it sooner than them."""
        found, open_ends = {}, [(META, version)]
        while open_ends:
            name, version = open_ends.pop()
            if name not in found:
                found[name] = version
                shown = self.ask("apt-cache", "show", f"{name}={version}")
                depends = "".join(re.findall(r"^Depends: .*", shown, re.M))
                open_ends += re.findall(r"(linux-\S+) \(= ([^)]+)\)", depends)
        del found[META]
        return [f"{name}={version}" for name, version in found.items()]

    def fetch(self, suite, version):
        kernel = Kernel(suite, version, f"{self.folder}/{version}")
        if os.path.isdir(kernel.folder):
            return kernel
        fresh = kernel.folder + ".new"
        shutil.rmtree(fresh, ignore_errors=True)
        os.makedirs(fresh + "/usr/lib")
        os.symlink("usr/lib", fresh + "/lib")  # older packages have their modules there
        run(["apt-get", "-q", "download", *self.packages(version)], cwd=fresh, env=self.environment)
        for package in glob.glob(fresh + "/*.deb"):
            with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package],
                                  stdout=subprocess.PIPE) as archive:
                run(["tar", "-x", "--keep-directory-symlink"], stdin=archive.stdout, cwd=fresh)
            os.remove(package)
        os.rename(fresh, kernel.folder)
        return kernel
