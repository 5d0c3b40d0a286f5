"""A unit's commands in the restrictions that the unit lists, without systemd: a view of the files by
mounts, no capability, no new privileges, and seccomp filters.

For a process that may mount: root, or root of a user namespace. In the latter there is no other user
to become, so the commands keep the user that started the test, without a capability.
"""

import ctypes
import os
import struct
import subprocess

import seccomp

NOBODY = 65534
NEW_MOUNTS = 0x20000        # CLONE_NEWNS
CAPABILITY_VERSION = 0x20080522
MOUNT_SETATTR = 442         # alike on all architectures but alpha
RECURSIVE, READ_ONLY = 0x8000, 1
READ_BOUND, DROP_BOUND, NO_NEW_PRIVILEGES = 23, 24, 38  # PR_*
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")

# What is here for the whole service, and what seccomp.py does.
APPLIED = {
    "Type", "Environment", "DynamicUser", "RuntimeDirectory", "WorkingDirectory", "ExecStart",
    "ExecStartPost", "UMask", "ReadWritePaths", "CapabilityBoundingSet", "NoNewPrivileges",
    "PrivateDevices", "PrivateTmp", "ProtectHome", "ProtectProc", "ProcSubset", "ProtectSystem",
    "ProtectKernelTunables", "SystemCallFilter", "SystemCallErrorNumber", *seccomp.FILTERS}
# What the above has in it: everything is read-only, no capability is there, a filter is made for
# the native architecture; and the network has nothing but loopback.
IMPLIED = {
    "IPAddressAllow", "IPAddressDeny", "ProtectClock", "ProtectControlGroups", "ProtectHostname",
    "ProtectKernelLogs", "ProtectKernelModules", "SystemCallArchitectures"}
# What only systemd does, and no check can run into.
LEFT_OUT = {"DevicePolicy", "RemoveIPC", "TimeoutStartSec"}

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def set_read_only(path, read_only, flags=0):
    class Attributes(ctypes.Structure):
        _fields_ = [("set", ctypes.c_uint64), ("clear", ctypes.c_uint64),
                    ("propagation", ctypes.c_uint64), ("userns", ctypes.c_uint64)]
    attributes = Attributes(READ_ONLY if read_only else 0, 0 if read_only else READ_ONLY, 0, 0)
    call("syscall", MOUNT_SETATTR, -100, path.encode(), flags, ctypes.byref(attributes),
         ctypes.sizeof(attributes))


def bind_into(covered, folders):
    """An empty folder over `covered` with `folders` in it, by name."""
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", covered)
    for name, source in folders.items():
        os.makedirs(f"{covered}/{name}")
        mount("--bind", source, f"{covered}/{name}")


def hide_devices():
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/mnt")
    for name in DEVICES:
        with open(f"/mnt/{name}", "w"):
            pass
        mount("--bind", f"/dev/{name}", f"/mnt/{name}")
    mount("--rbind", "/mnt", "/dev")


def arrange_files(unit, folders):
    """`folders` are those of the plugins, of the service's own and of the collector, which stand at
    other places meanwhile."""
    call("unshare", NEW_MOUNTS)
    mount("--make-rprivate", "/")
    collector = unit.environment()["TEXTFILES"]
    runtime = "/run/" + unit.values("RuntimeDirectory")[0]
    bind_into("/var/lib", {"plugins": folders["plugins"],
                           os.path.relpath(collector, "/var/lib"): folders["collector"]})
    bind_into("/run", {os.path.basename(runtime): folders["runtime"]})
    if unit.has("PrivateDevices"):
        hide_devices()
    if unit.values("ProtectSystem") == ["strict"]:
        set_read_only("/", True, RECURSIVE)
        for path in [runtime, *(path.lstrip("-") for path in unit.words("ReadWritePaths"))]:
            set_read_only(path, False)
    if unit.has("ProtectHome"):
        for path in ("/home", "/root"):
            if os.path.isdir(path):
                mount("-t", "tmpfs", "-o", "mode=0,ro", "tmpfs", path)
    if unit.has("PrivateTmp"):
        for path in ("/tmp", "/var/tmp"):
            mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", path)
    options = ["hidepid=2"] if unit.values("ProtectProc") == ["invisible"] else []
    options += ["subset=pid"] if unit.values("ProcSubset") == ["pid"] else []
    if options:
        mount("-t", "proc", "-o", ",".join(options), "proc", "/proc")
        set_read_only("/proc", unit.has("ProtectKernelTunables"))


def give_up_privileges(unit, as_root, user):
    """The capabilities that are bounded now are lost as a program begins; the others, here."""
    if unit.values("CapabilityBoundingSet") == [""]:
        capability = 0
        while libc.prctl(READ_BOUND, capability, 0, 0, 0) >= 0:
            call("prctl", DROP_BOUND, capability, 0, 0, 0)
            capability += 1
    if unit.has("DynamicUser") and not as_root and user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    if unit.values("CapabilityBoundingSet") == [""]:
        header = struct.pack("Ii", CAPABILITY_VERSION, 0)
        call("capset", header, bytes(24))
    if unit.has("NoNewPrivileges"):
        call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def unknown_settings(unit):
    """Those of which nobody has said whether they are applied here."""
    return {name for name, _ in unit.settings} - APPLIED - IMPLIED - LEFT_OUT


def act_confined(unit, folders, user, as_root, act):
    """Calls `act` in a process in the unit's restrictions and returns its exit status: what `act`
    returns, or that of the program which it became.
    """
    load_filters = seccomp.prepare(unit)
    child = os.fork()
    if child == 0:
        status = 99
        try:
            arrange_files(unit, folders)
            os.umask(int(unit.values("UMask")[0], 8))
            os.chdir(unit.values("WorkingDirectory")[0])
            give_up_privileges(unit, as_root, user)
            load_filters()
            status = act()
        except BaseException as failure:  # what called this goes on in the parent alone
            os.write(2, f"{failure!r}\n".encode())
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run(unit, folders, user):
    """Runs the unit's commands one by one, up to the first that fails, and returns their exit statuses."""
    environment = {**unit.environment(), "PLUGINS": "/var/lib/plugins",
                   "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    statuses = []
    for command, as_root in unit.steps():
        statuses.append(act_confined(unit, folders, user, as_root,
                                     lambda: os.execve(command[0], command, environment)))
        if statuses[-1]:
            break
    return statuses
