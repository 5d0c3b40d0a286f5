"""The states of check_ephemeral_ports: see tests/output_states.py."""

from states.case import LOOSE, Case, closed_by_thresholds

THRESHOLDS = {"OK": ("99", "99"), "WARNING": ("10", "99"), "CRITICAL": ("10", "20")}


def in_use():
    for state, options in (("OK", LOOSE), ("WARNING", ("-w5", "-c99"))):
        yield Case(state, "if held ports are only counted, so that figures have two ends",
                   ("--held=count", *options), says=" left_least=")
        yield Case(state, "of IPv6 alone", ("-6", *options))
        yield Case(state, "of IPv4 alone, with no row", ("-4", "--top=0", *options))
        yield Case(state, "if what is in doubt counts as used",
                   ("--held=count", "--in-doubt=used", *options), says=" left_least=")


def exhausted(family, _destination):
    yield Case("CRITICAL", f"if no port is left for an {family} address")


closed = closed_by_thresholds
