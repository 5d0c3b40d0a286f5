"""The states that the checks can reach, each made in a network namespace with sockets that are real."""

import ctypes
import dataclasses
import functools
import os
import socket
import subprocess
import sys

import nat_entry
from network import CLONE_NEWNET, Sockets, family_of, libc, set_range, set_sysctl, set_up

HOST = "10.0.0.1"
DATABASE = "10.0.0.5:5432"
DATABASE_IPV6 = "2001:db8:1111:2222:3333:4444:5555:6666"
INCAPABLE = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
# Root may read the file of the entries without a capability, so another folder lies upon it, where
# nobody may. A mount upon the file itself would not stay.
REFUSED = ["unshare", "-m", "sh", "-c", 'set -e; mount -t tmpfs none /mnt; mkdir /mnt/stat; '
           '! [ -e /proc/net/nf_conntrack ] || : > /mnt/nf_conntrack; '
           'mount --bind /proc/net/stat /mnt/stat; chmod -f 0 /mnt/nf_conntrack || :; '
           'mount --rbind /mnt /proc/$$/net; exec "$@"', "sh", *INCAPABLE]
NO_PROC = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc; exec "$@"', "sh"]
CAPTURE = "sysctl net.ipv4 2> /dev/null; cat /proc/net/sockstat*; ss -tuano"
PORTS, BINDS, TIMEWAIT, RANGE, PROBE, NAT, NAMESPACES = (
    f"check_ephemeral_{name}"
    for name in ("ports", "binds", "timewait", "range", "probe", "nat", "namespaces"))
ALL = os.environ["CHECKS"].split()


@dataclasses.dataclass
class Case:
    check: str
    state: str
    sentence: str
    options: tuple = ()
    wrapper: list = dataclasses.field(default_factory=list)
    stdin: bytes = None
    never_ends: bool = False  # standard input, in which case all forms wait at a time
    says: str = ""            # what tells in the plugin's output that this is the state
    lack: str = ""            # why this host cannot come to it

    def run(self, formats):
        """What it prints, by the form. One after the other, for check_ephemeral_namespaces would see
        those that run beside it."""
        if self.never_ends:
            started = {name: self.start(name) for name in formats}
            return {name: self.end(process) for name, process in started.items()}
        return {name: self.end(self.start(name)) for name in formats}

    def start(self, name):
        command = [*self.wrapper, f"plugins/{self.check}", f"--output-format={name}", *self.options]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self, process):
        if self.never_ends:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        output, errors = process.communicate(self.stdin)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


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
def takes(check, words):
    """Whether its --help says so."""
    done = subprocess.run([f"plugins/{check}", "--help"], stdout=subprocess.PIPE, text=True, check=False)
    return words in done.stdout


def judges_captures(check):
    return takes(check, "\n      --stdin ")


def what_to_ask(check):
    return ("127.0.0.1:1",) if takes(check, "[OPTION]... ADDRESS:PORT...\n") else ()


def idle():
    """Nothing is there, or the check gets nowhere."""
    enter_new_network(range(20000, 60000))
    for check in ALL:
        yield Case(check, "OK", "if the host is idle", what_to_ask(check))
        yield Case(check, "OK", "if the host is idle and it tells how it measured",
                   ("-v", *what_to_ask(check)))
        yield Case(check, "UNKNOWN", "if a threshold is none",
                   (b"--warning=20:|\x1b[31m\xe9\n10", *what_to_ask(check)), says="not a range")
        yield Case(check, "UNKNOWN", "if it does not know an option", ("--no-such-option=\u202e".encode(),), says="--help")
        if check != PROBE:
            yield Case(check, "UNKNOWN", "if /proc is missing", what_to_ask(check), NO_PROC,
                       says="is /proc mounted")
    yield Case(NAT, "OK", "if it may read no entry, and there is none", (), REFUSED)
    for check in filter(judges_captures, ALL):
        yield Case(check, "UNKNOWN", "if time is over", ("--stdin", "--timeout=1"), never_ends=True, says=" 1 s")
        yield Case(check, "UNKNOWN", "if a capture is empty", ("--stdin",), stdin=b"")
        yield Case(check, "UNKNOWN", "if a capture is none", ("--stdin",),
                   stdin=b"\xff|\x00\x1b[31m\n" * 9)


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
    # Thresholds of OK, of WARNING and of CRITICAL.
    judged = {PORTS: ("99", "99", "10", "99", "10", "20"), BINDS: ("99", "99", "10", "99", "10", "20"),
              TIMEWAIT: ("99", "99", "1:", "99", "1:", "1:"),
              RANGE: ("10:", "5:", "100:", "5:", "200:", "100:"),
              PROBE: ("9", "9", "0", "9", "0", "0"),
              NAMESPACES: ("99", "99", "10", "99", "10", "20")}
    states = ("OK", "WARNING", "CRITICAL")
    for check, levels in judged.items():
        asked = {PROBE: (DATABASE, "--bind", "--protocol=all")}.get(check, ())
        for number, state in enumerate(states):
            warning, critical = levels[2 * number:2 * number + 2]
            options = (f"--warning={warning}", f"--critical={critical}", *asked)
            yield Case(check, state, "by its thresholds, while sockets are there", options)
            if takes(check, "\n      --who "):
                yield Case(check, state, "by its thresholds, with the owners", ("--who", *options),
                           says="live owners")
            if judges_captures(check):
                yield Case(check, state, "of a capture", ("--stdin", *options), stdin=capture)
                yield Case(check, state, "by /proc", ("--reader=procfs", *options))
    loose, strict = ("-w99", "-c99"), ("-w5", "-c99")
    for state, options in (("OK", loose), ("WARNING", strict)):
        yield Case(PORTS, state, "if held ports are only counted, so that figures have two ends",
                   ("--held=count", *options), says=" left_least=")
        yield Case(PORTS, state, "of IPv6 alone", ("-6", *options))
        yield Case(PORTS, state, "of IPv4 alone, with no row", ("-4", "--top=0", *options))
        yield Case(PORTS, state, "if what is in doubt counts as used",
                   ("--held=count", "--in-doubt=used", *options), says=" left_least=")
    yield Case(BINDS, "WARNING", "of UDP alone", ("--protocol=udp", "-w0", "-c99"))
    yield Case(BINDS, "OK", "of TCP alone", ("--protocol=tcp", *loose))
    yield Case(PROBE, "OK", "of UDP alone", ("--protocol=udp", DATABASE))
    yield Case(PROBE, "OK", "towards an IPv6 address", (f"[{DATABASE_IPV6}]:443",))
    yield Case(PROBE, "UNKNOWN", "if there is no route", ("192.0.2.1:1",))
    yield Case(PROBE, "UNKNOWN", "if the source is another host's", ("--source=192.0.2.1", DATABASE),
               says="192.0.2.1")
    yield Case(TIMEWAIT, "OK", "if it does not look who makes them", ("--detail=none",))
    yield Case(RANGE, "CRITICAL", "by its own thresholds, as the range is small")
    yield Case(RANGE, "WARNING", "if a service listens in the range", ("-w1:", "-c1:", "--services-warning=0"))
    yield Case(NAMESPACES, "UNKNOWN", "of no namespace, as none has the name", ("--namespace=nowhere",))
    yield from beside_another_namespace()


def tracked():
    """A connection whose source NAT changed."""
    enter_new_network(range(40000, 40064))
    lack = lack_of_tracking()
    for state, warning, critical in (("OK", 66, 90), ("WARNING", 0, 90), ("CRITICAL", 0, 0)):
        yield Case(NAT, state, "by its thresholds, of one entry", (f"-w{warning}", f"-c{critical}"), lack=lack)
    yield Case(NAT, "OK", "if it may not read the few entries that there are", (), REFUSED, lack=lack,
               says="at most 1 of")
    yield Case(NAT, "UNKNOWN", "if the number of entries proves nothing and it may not read them",
               ("-w0", "-c0"), REFUSED, lack=lack, says="cannot be read")
    yield Case(NAT, "OK", "if it may not read them and need not", ("-w0", "-c0", "--if-refused=ok"), REFUSED,
               lack=lack)
    if not os.path.exists("/proc/net/nf_conntrack"):
        lack = lack or "this kernel has no /proc/net/nf_conntrack"
    yield Case(NAT, "CRITICAL", "if it reads the entries from /proc", ("-v", "-w0", "-c0"), INCAPABLE, lack=lack,
               says="Entries read from /proc")


def lack_of_tracking():
    try:
        nat_entry.make()
    except OSError as error:
        return f"this kernel tracks no connection: {error}"
    return ""


def beside_another_namespace():
    """It has a socket, for one without is harmless whoever has it. It ends with its standard input."""
    command = ["unshare", "-n", sys.executable, "-c", "import socket, sys; kept = socket.socket(); "
               "kept.bind(('', 5000)); kept.listen(); print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        yield Case(NAMESPACES, "OK", "of two namespaces", ("-w99", "-c99"), says=" namespaces=2")
        yield Case(NAMESPACES, "UNKNOWN", "if it may not look into one", ("-w99", "-c99"), INCAPABLE,
                   says="cannot be looked into")
        yield Case(NAMESPACES, "OK", "if it may not look into one and need not",
                   ("-w99", "-c99", "--if-refused=ok"), INCAPABLE)


def exhausted():
    """No port is left, of either family."""
    for address in "10.0.0.5", DATABASE_IPV6:
        sockets = enter_new_network(range(40000, 40004))
        server = sockets.listen(address, 5432)
        sockets.connect(server, address, 4)
        family = "IPv6" if ":" in address else "IPv4"
        destination = f"[{address}]:5432" if ":" in address else f"{address}:5432"
        for check in (PORTS, NAMESPACES):
            yield Case(check, "CRITICAL", f"if no port is left for an {family} address")
        yield Case(BINDS, "WARNING", f"if no port is left for an {family} address, and nobody binds")
        yield Case(PROBE, "CRITICAL", f"if the kernel gives none for an {family} address", (destination,))


def closed():
    """TIME_WAIT, none of it reusable, which would change within a second."""
    for address in "10.0.0.5", DATABASE_IPV6:
        sockets = enter_new_network(range(40000, 40064))
        set_sysctl("tcp_tw_reuse", 0)
        server = sockets.listen(address, 5432)
        sockets.connect(server, address, 40, closed=True)
        family = "IPv6" if ":" in address else "IPv4"
        for state, options in (("OK", ("-w99", "-c99")), ("WARNING", ("-w5", "-c99")),
                               ("CRITICAL", ("-w5", "-c9"))):
            for check in (PORTS, TIMEWAIT):
                yield Case(check, state, f"of connections to an {family} address that were closed", options)


def cases_of():
    """Each is to be run before the next is asked for: what it needs is here until then."""
    for scene in idle, in_use, tracked, exhausted, closed:
        yield from scene()
