"""The states of check_ephemeral_binds: see tests/output_states.py."""

from states.case import LOOSE, Case

THRESHOLDS = {"OK": ("99", "99"), "WARNING": ("10", "99"), "CRITICAL": ("10", "20")}


def in_use():
    yield Case("WARNING", "of UDP alone", ("--protocol=udp", "-w0", "-c99"))
    yield Case("OK", "of TCP alone", ("--protocol=tcp", *LOOSE))


def exhausted(family, _destination):
    yield Case("WARNING", f"if no port is left for an {family} address, and nobody binds")
