"""A copy of this system to try things in, which nothing outlives.

The scheduler programs are installed on the host, once. All else happens in namespaces of mounts,
processes and (unless a test has to install) network of its own, on an overlay over the host's files
whose upper side is in memory: our package is really installed there and configured in its real
places, servers listen on a loopback that nobody else can reach, and with the last process all of it
is gone.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

QUIET_APT = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]


class Unavailable(Exception):
    """This host cannot run the tests; the text says why."""


def require_host():
    if os.geteuid() != 0:
        raise Unavailable("they need root, for namespaces and to install the schedulers")
    for program in ("apt-get", "dpkg", "unshare"):
        if not shutil.which(program):
            raise Unavailable(f"there is no {program} here")
    if not os.path.exists("/proc/self/mountinfo"):
        raise Unavailable("/proc is not mounted here: mount -t proc proc /proc")
    tried = subprocess.run([*new_namespaces(own_network=True), "true"], capture_output=True, text=True)
    if tried.returncode != 0:
        raise Unavailable("this root may make no namespaces: " + tried.stderr.strip())


def is_installed(package):
    found = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", package], capture_output=True,
                           text=True)
    return found.stdout.endswith(" installed")


def install(source, *parts):
    """Installs what is missing of what scripts/packages.sh has for these parts of the tests."""
    script = '. scripts/build.sh && install_packages $(packages_of "$@")'
    done = subprocess.run(["sh", "-c", script, "sh", *parts], cwd=source, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Unavailable("their packages cannot be installed:\n" + done.stdout[-2000:])
    print(done.stdout, end="", flush=True)


def unpack(package, folder):
    """Unpacks a package that is not to be installed, once."""
    if os.path.isdir(folder):
        return
    with tempfile.TemporaryDirectory(dir=".") as fresh:
        os.chmod(fresh, 0o755)
        done = subprocess.run(QUIET_APT + ["download", package], cwd=fresh, capture_output=True,
                              text=True)
        if done.returncode != 0:
            raise Unavailable(f"apt-get download {package} fails: " + done.stderr.strip())
        [archive] = glob.glob(fresh + "/*.deb")
        subprocess.run(["dpkg", "-x", archive, fresh + "/root"], check=True)
        os.makedirs(os.path.dirname(folder) or ".", exist_ok=True)
        os.rename(fresh + "/root", folder)


BELOW_PROC = "/proc/driver"  # a folder of every kernel
PACKAGE = "packages/deb/monitoring-plugins-ephemeral_*.deb"


def newest(paths):
    return max((os.path.getmtime(path) for path in paths if os.path.isfile(path)), default=0)


def build_environment():
    """To build a package without its tests, whatever make runs this."""
    environment = dict(os.environ, DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=2")
    for variable in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        environment.pop(variable, None)
    return environment


class Build:
    """Our package, built beside whatever else is to be prepared, if it is missing or old."""

    def __init__(self, source):
        self.process = None
        parts = ("*.am", "*.ac", "common/**", "debian/**", "integrations/**", "man/**", "plugins/**")
        ours = [path for part in parts for path in glob.glob(f"{source}/{part}", recursive=True)]
        if newest(glob.glob(PACKAGE)) < newest(ours):
            print("Building the package, see package.log", flush=True)
            with open("package.log", "w") as log:
                # What it needs is here. If apt works beside it, dpkg may call that half-installed.
                self.process = subprocess.Popen(["make", "-j2", "deb", "DEB_FLAGS=--no-check-builddeps"],
                                                stdout=log, stderr=subprocess.STDOUT,
                                                env=build_environment())

    def finish(self):
        """The package's file."""
        if self.process and self.process.wait() != 0:
            with open("package.log") as log:
                sys.exit("make deb fails:\n" + log.read())
        return os.path.abspath(max(glob.glob(PACKAGE), key=os.path.getmtime))


def is_root_a_mount_point():
    """It is not in a plain chroot. Then it cannot be made private, so that what is mounted anywhere
    below might show on the host; anywhere but below a file system that is mounted in it."""
    with open("/proc/self/mountinfo") as file:
        return any(line.split()[4] == "/" for line in file)


def new_namespaces(own_network):
    propagation = "private" if is_root_a_mount_point() else "unchanged"
    return ["unshare", *(["--net"] if own_network else []), "--mount", "--pid", "--ipc", "--fork",
            "--kill-child", "--propagation", propagation]


def run_inside(script, arguments, own_network=True):
    """Runs this script again as `script --inside FOLDER …` in namespaces of its own."""
    command = [*new_namespaces(own_network), sys.executable, "-B", script, "--inside"]
    if not is_root_a_mount_point():
        return subprocess.run([*command, BELOW_PROC, *arguments]).returncode
    folder = tempfile.mkdtemp(prefix="ephemeral-schedulers.")
    try:
        return subprocess.run([*command, folder, *arguments]).returncode
    finally:
        os.rmdir(folder)


def mount(*words):
    done = subprocess.run(["mount", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(done.stderr.strip())


def mount_memory(folder):
    if folder == BELOW_PROC:
        mount("--make-private", "/proc")
    mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", folder)


def mount_system(root):
    """What every system has mounted."""
    mount("-t", "proc", "proc", root + "/proc")
    mount("-t", "sysfs", "-o", "ro", "sysfs", root + "/sys")
    mount("--rbind", "/dev", root + "/dev")
    for name, mode in (("run", "0755"), ("tmp", "1777")):
        mount("-t", "tmpfs", "-o", "mode=" + mode, "tmpfs", f"{root}/{name}")


def show_cache(root):
    """Shows the copy the compiler's cache, which its own /tmp may hide. It is only read."""
    cache = os.environ.get("CCACHE_DIR", "")
    if os.path.isdir(cache):
        os.makedirs(root + cache, exist_ok=True)
        mount("--bind", cache, root + cache)
        os.environ["CCACHE_READONLY"] = "1"


def enter_copy(folder, paths):
    """Makes the copy in `folder` and changes its root to it. Its /tmp is its own: there are copies
    of `paths`, whose names it returns."""
    with open("/etc/resolv.conf") as file:
        names = file.read()
    mount_memory(folder)
    upper, work, root = (f"{folder}/{name}" for name in ("upper", "work", "root"))
    for path in (upper, work, root):
        os.mkdir(path)
    mount("-t", "overlay", "-o", f"lowerdir=/,upperdir={upper},workdir={work}", "overlay", root)
    mount_system(root)
    show_cache(root)
    for path in paths:
        subprocess.run(["cp", "-a", path, root + "/tmp"], check=True)
    os.chroot(root)
    os.chdir("/")
    os.remove("/etc/resolv.conf")  # often a link into /run
    with open("/etc/resolv.conf", "w") as file:
        file.write(names)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    return ["/tmp/" + os.path.basename(path) for path in paths]


def install_ours(package):
    """Installs our package here; returns the text of what went wrong, if anything."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive",
                       PATH="/usr/sbin:/usr/bin:/sbin:/bin")
    done = subprocess.run(["dpkg", "-i", "--force-confnew", package], capture_output=True, text=True,
                          env=environment)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def make_folder(path, user):
    os.makedirs(path, exist_ok=True)
    shutil.chown(path, user, user)
