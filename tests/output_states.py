"""The states that the checks can reach, each made in a network namespace with sockets that are real.

A scene is what all checks find there. A check's own cases in a scene come from tests/states/CHECK.py, by a
function with the scene's name. That file may also have THRESHOLDS (of each state, while sockets are in use),
ASKED (further arguments then), and NEEDS_PROC = False if the check works without /proc.
"""

import ctypes
import functools
import importlib
import os
import socket
import subprocess

import nat_entry
from network import CLONE_NEWNET, Sockets, family_of, libc, set_range, set_sysctl, set_up
from states.case import DATABASE, DATABASE_IPV6, HOST, Case

NO_PROC = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc; exec "$@"', "sh"]
CAPTURE = "sysctl net.ipv4 2> /dev/null; cat /proc/net/sockstat*; ss -tuano"
ALL = os.environ["CHECKS"].split()
SCENES = ("idle", "in_use", "tracked", "exhausted", "closed")


@functools.lru_cache(maxsize=None)
def own(check):
    module = importlib.import_module(f"states.{check}")
    for name, value in vars(module).items():
        if getattr(value, "__module__", "") == module.__name__ and name not in SCENES and name[0] != "_":
            raise LookupError(f"{module.__name__} has {name}(), and there is no such scene")
    return module


def of_each(scene, *known):
    """What the checks have in this scene of their own."""
    for check in ALL:
        for case in getattr(own(check), scene, lambda *_: ())(*known):
            case.check = check
            yield case


def enter_new_network(ports):
    if libc.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "no new network namespace")
    set_up(HOST, DATABASE.partition(":")[0], DATABASE_IPV6)
    set_range(ports)
    return Sockets()


def bind_first(sockets, address, count, kind=socket.SOCK_STREAM):
    for _ in range(count):
        bound = socket.socket(family_of(address), kind)
        bound.bind((address, 0))
        sockets.kept.append(bound)


@functools.lru_cache(maxsize=None)
def those_that_take(words):
    """The checks whose --help says so."""
    found = []
    for check in ALL:
        done = subprocess.run([f"plugins/{check}", "--help"], stdout=subprocess.PIPE, text=True, check=False)
        if words in done.stdout:
            found.append(check)
    if not found:
        raise LookupError(f"no check's --help says {words!r}: change these words to what it says today")
    return found


def those_that_judge_captures():
    return those_that_take("\n      --stdin ")


def what_to_ask(check):
    return ("127.0.0.1:1",) if check in those_that_take("[OPTION]... ADDRESS:PORT...\n") else ()


def idle():
    """Nothing is there, or the check gets nowhere."""
    enter_new_network(range(20000, 60000))
    for check in ALL:
        def case(state, sentence, options, *details, **others):
            return Case(state, sentence, (*options, *what_to_ask(check)), *details, check=check, **others)

        yield case("OK", "if the host is idle", ())
        yield case("OK", "if the host is idle and it tells how it measured", ("-v",))
        yield case("UNKNOWN", "if a threshold is none", (b"--warning=20:|\x1b[31m\xe9\n10",), says="not a range")
        yield case("UNKNOWN", "if it does not know an option", ("--no-such-option=\u202e".encode(),), says="--help")
        if getattr(own(check), "NEEDS_PROC", True):
            yield case("UNKNOWN", "if /proc is missing", (), NO_PROC, says="is /proc mounted")
    yield from of_each("idle")
    for check in those_that_judge_captures():
        yield Case("UNKNOWN", "if time is over", ("--stdin", "--timeout=1"), never_ends=True, says=" 1 s", check=check)
        yield Case("UNKNOWN", "if a capture is empty", ("--stdin",), stdin=b"", check=check)
        yield Case("UNKNOWN", "if a capture is none", ("--stdin",), stdin=b"\xff|\x00\x1b[31m\n" * 9, check=check)


def in_use():
    """Connections of several destinations and both families, sockets that bound first, and UDP."""
    sockets = enter_new_network(range(40000, 40048))
    database = sockets.listen("10.0.0.5", 5432)
    sockets.connect(database, "10.0.0.5", 20, source=HOST)
    sockets.listen("0.0.0.0", 40063)
    bind_first(sockets, HOST, 4)
    bind_first(sockets, "::", 3, socket.SOCK_DGRAM)
    # On ports that nobody else has: for the tuple with the most they are in doubt, unless it is on them.
    set_range(range(40048, 40062))
    web = sockets.listen(DATABASE_IPV6, 443)
    sockets.connect(web, DATABASE_IPV6, 6)
    set_range(range(40000, 40064))
    capture = subprocess.run(["sh", "-c", CAPTURE], stdout=subprocess.PIPE, check=True).stdout
    for check in ALL:
        for state, (warning, critical) in getattr(own(check), "THRESHOLDS", {}).items():
            options = (f"--warning={warning}", f"--critical={critical}", *getattr(own(check), "ASKED", ()))
            yield Case(state, "by its thresholds, while sockets are there", options, check=check)
            if check in those_that_take("\n      --who "):
                yield Case(state, "by its thresholds, with the owners", ("--who", *options), says="live owners",
                           check=check)
            if check in those_that_judge_captures():
                yield Case(state, "of a capture", ("--stdin", *options), stdin=capture, check=check)
                yield Case(state, "by /proc", ("--reader=procfs", *options), check=check)
    yield from of_each("in_use")


def tracked():
    """A connection whose source NAT changed."""
    enter_new_network(range(40000, 40064))
    lack = ""
    try:
        nat_entry.make()
    except OSError as error:
        lack = f"this kernel tracks no connection: {error}"
    yield from of_each("tracked", lack)


def in_each_family(ports):
    """In a new network of so many ports: the family, an address, a server there, and all sockets."""
    for address in "10.0.0.5", DATABASE_IPV6:
        sockets = enter_new_network(ports)
        family = "IPv6" if ":" in address else "IPv4"
        yield family, address, sockets.listen(address, 5432), sockets


def exhausted():
    """No port is left, of either family."""
    for family, address, server, sockets in in_each_family(range(40000, 40004)):
        sockets.connect(server, address, 4)
        yield from of_each("exhausted", family, f"[{address}]:5432" if family == "IPv6" else f"{address}:5432")


def closed():
    """TIME_WAIT, none of it reusable, which would change within a second."""
    for family, address, server, sockets in in_each_family(range(40000, 40064)):
        set_sysctl("tcp_tw_reuse", 0)
        sockets.connect(server, address, 40, closed=True)
        yield from of_each("closed", family)


def cases_of():
    """Each is to be run before the next is asked for: what it needs is here until then."""
    for scene in SCENES:
        yield from globals()[scene]()
