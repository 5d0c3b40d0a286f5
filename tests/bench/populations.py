"""The populations of sockets that are measured, and what the checks may take with each.

What kinds there are, and who has which ports in them, is written in kinds.cc.
"""
import dataclasses

CHECKS = ("check_ephemeral_ports", "check_ephemeral_binds", "check_ephemeral_timewait")
STATES = ("OK", "WARNING", "CRITICAL")  # by exit status
FEW_TUPLES, OWN_TUPLES, TIME_WAITS, INBOUND = 1.10, 1.35, 1.25, 1.10  # over the bare dump


@dataclasses.dataclass
class Population:
    kind: str
    title: str
    sockets: int
    at_most: float = None       # the time of the checks that are judged, over the bare dump
    judged: tuple = CHECKS
    socket_bytes: int = 8       # of memory
    tuple_bytes: int = 64
    state: str = None           # what check_ephemeral_ports has to say, or it is another population
    heads_for: float = 0        # as `projected`, in percent: more than that, as closes go on
    asks: bool = False          # what a question takes is measured, too
    on_curve: bool = False
    seconds: float = 120        # no round begins later


def populations(sockets):
    endangered = 16 * 900  # connections of 16 tuples
    return [
        Population("few", "nobody (idle)", 0, state="OK"),
        *(Population("few", f"{count:,} in 40 tuples", count, on_curve=True)
          for count in (1000, sockets // 100, sockets // 30, sockets // 10, sockets // 3)),
        Population("few", f"{sockets:,} in 40 tuples", sockets, FEW_TUPLES, state="OK", asks=True,
                   on_curve=True),
        Population("worst70", f"{sockets:,} in 40 tuples, the worst at 70 %", sockets, FEW_TUPLES,
                   state="WARNING"),
        Population("worst95", f"{sockets:,} in 40 tuples, the worst at 95 %", sockets, FEW_TUPLES,
                   state="CRITICAL"),
        Population("bound", f"{sockets:,} bound first, every port held", sockets, OWN_TUPLES,
                   state="CRITICAL"),
        Population("spread", f"{sockets:,}, each a tuple of its own", sockets, OWN_TUPLES,
                   state="OK"),
        # They fill up while they are measured: 50 s after they are made none is left.
        Population("endangered", f"{sockets:,} tuples, of which 16 are in danger",
                   sockets - 16 + endangered, OWN_TUPLES, heads_for=100, seconds=35),
        Population("ipv6", f"{sockets // 10:,} IPv6, each a tuple of its own", sockets // 10,
                   tuple_bytes=128),
        # They last a minute, making them takes some of it, and one tuple has none left after 50 s.
        Population("time_wait", f"{sockets // 5:,} TIME_WAIT, one tuple running out", sockets // 5,
                   TIME_WAITS, ("check_ephemeral_ports", "check_ephemeral_timewait"),
                   heads_for=100, seconds=20),
        Population("inbound", f"{sockets:,} inbound, to a server inside the range", sockets,
                   INBOUND, socket_bytes=0, state="OK"),
    ]
