"""The states of check_ephemeral_probe: see tests/output_states.py."""

from states.case import DATABASE, DATABASE_IPV6, Case

THRESHOLDS = {"OK": ("9", "9"), "WARNING": ("0", "9"), "CRITICAL": ("0", "0")}
ASKED = (DATABASE, "--bind", "--protocol=all")
NEEDS_PROC = False


def in_use():
    yield Case("OK", "of UDP alone", ("--protocol=udp", DATABASE))
    yield Case("OK", "towards an IPv6 address", (f"[{DATABASE_IPV6}]:443",))
    yield Case("UNKNOWN", "if there is no route", ("192.0.2.1:1",))
    yield Case("UNKNOWN", "if the source is another host's", ("--source=192.0.2.1", DATABASE), says="192.0.2.1")


def exhausted(family, destination):
    yield Case("CRITICAL", f"if the kernel gives none for an {family} address", (destination,))
