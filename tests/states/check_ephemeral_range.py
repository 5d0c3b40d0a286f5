"""The states of check_ephemeral_range: see tests/output_states.py."""

from states.case import Case

THRESHOLDS = {"OK": ("10:", "5:"), "WARNING": ("100:", "5:"), "CRITICAL": ("200:", "100:")}


def in_use():
    yield Case("CRITICAL", "by its own thresholds, as the range is small")
    yield Case("WARNING", "if a service listens in the range", ("-w1:", "-c1:", "--services-warning=0"))
