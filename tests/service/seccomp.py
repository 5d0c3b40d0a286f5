"""The seccomp filters that systemd makes of a unit, by libseccomp, as systemd makes them
(src/shared/seccomp-util.c). Each is a filter of its own, and the strictest answer holds.
"""

import ctypes
import errno
import functools
import socket
import subprocess

ALLOW = 0x7fff0000
KILL = 0x80000000
NOT_EQUAL, LESS, EQUAL, GREATER, MASKED_EQUAL = 1, 2, 4, 6, 7
NAMESPACES = 0x7e020080  # CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET
WRITE, EXECUTE = 2, 4    # PROT_*
SHARED_EXECUTE = 0o100000  # SHM_EXEC
SET_ID = (0o4000, 0o2000)


class Comparison(ctypes.Structure):
    """Of an argument of a system call: struct scmp_arg_cmp."""
    _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int),
                ("first", ctypes.c_uint64), ("second", ctypes.c_uint64)]


def fail_with(number):
    return 0x00050000 | number


def library():
    found = ctypes.CDLL("libseccomp.so.2")
    found.seccomp_init.restype = ctypes.c_void_p
    found.seccomp_init.argtypes = [ctypes.c_uint32]
    found.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int,
                                             ctypes.c_uint, ctypes.POINTER(Comparison)]
    found.seccomp_load.argtypes = [ctypes.c_void_p]
    return found


def load(otherwise, rules):
    """Each of `rules` is an action, the name of a system call and comparisons that all hold."""
    seccomp = library()
    context = seccomp.seccomp_init(otherwise)
    for action, name, *comparisons in rules:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            continue  # of another architecture
        array = (Comparison * len(comparisons))(*comparisons)
        result = seccomp.seccomp_rule_add_array(context, action, number, len(comparisons), array)
        if result:
            raise OSError(-result, f"no rule for {name}{comparisons}")
    result = seccomp.seccomp_load(context)
    if result:
        raise OSError(-result, "the filter was not loaded")


@functools.lru_cache(maxsize=None)
def system_calls(name):
    """Those of a set, whose name begins with "@", and of the sets in it."""
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, text=True,
                            stdout=subprocess.PIPE).stdout.split("\n")[1:]
    words = [line.strip() for line in listed]
    return set().union(*(system_calls(word) for word in words if word and word[0] != "#"))


def allowed_calls(unit):
    """By its SystemCallFilter, whose first line says what is allowed."""
    allowed = system_calls("@default")
    for line in unit.values("SystemCallFilter"):
        named = set().union(*(system_calls(word) for word in line.lstrip("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


def address_families(unit):
    """A socket() of a family that is not listed fails with EAFNOSUPPORT."""
    allowed = {int(getattr(socket, name)) for name in unit.words("RestrictAddressFamilies")}
    refused = fail_with(errno.EAFNOSUPPORT)
    yield refused, "socket", (0, GREATER, max(allowed))
    for family in set(range(max(allowed))) - allowed:
        yield refused, "socket", (0, EQUAL, family)


def namespaces(_):
    refused = fail_with(errno.EPERM)
    yield fail_with(errno.ENOSYS), "clone3"  # its flags are out of a filter's sight
    yield refused, "setns"
    for bit in range(32):
        if NAMESPACES >> bit & 1:
            for call in ("clone", "unshare"):
                yield refused, call, (0, MASKED_EQUAL, 1 << bit, 1 << bit)


def executable_memory(_):
    refused = fail_with(errno.EPERM)
    both = EXECUTE | WRITE
    yield refused, "mmap", (2, MASKED_EQUAL, both, both)
    for call in ("mprotect", "pkey_mprotect"):
        yield refused, call, (2, MASKED_EQUAL, EXECUTE, EXECUTE)
    yield refused, "shmat", (2, MASKED_EQUAL, SHARED_EXECUTE, SHARED_EXECUTE)


def realtime(_):
    yield fail_with(errno.EPERM), "sched_setscheduler", (1, NOT_EQUAL, 0)


def personality(_):
    yield fail_with(errno.EPERM), "personality", (0, NOT_EQUAL, 0)


def set_id_files(_):
    refused = fail_with(errno.EPERM)
    for bit in SET_ID:
        for call, mode in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2),
                           ("mknod", 1), ("mknodat", 2), ("creat", 1), ("open", 2), ("openat", 3)):
            yield refused, call, (mode, MASKED_EQUAL, bit, bit)


FILTERS = {
    "RestrictAddressFamilies": address_families,
    "RestrictNamespaces": namespaces,
    "MemoryDenyWriteExecute": executable_memory,
    "RestrictRealtime": realtime,
    "LockPersonality": personality,
    "RestrictSUIDSGID": set_id_files}


def prepare(unit):
    """What loads the filters, once nothing but the command has to run in them: the last forbids most."""
    filters = [(ALLOW, list(make_rules(unit))) for name, make_rules in FILTERS.items()
               if unit.values(name) not in ([], ["no"])]
    number = unit.values("SystemCallErrorNumber")
    if unit.values("SystemCallFilter"):
        filters.append((fail_with(getattr(errno, number[0])) if number else KILL,
                        [(ALLOW, name) for name in sorted(allowed_calls(unit))]))

    def load_all():
        for otherwise, rules in filters:
            load(otherwise, rules)
    return load_all
