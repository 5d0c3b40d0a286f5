"""The states of check_ephemeral_timewait: see tests/output_states.py."""

from states.case import Case, closed_by_thresholds

THRESHOLDS = {"OK": ("99", "99"), "WARNING": ("1:", "99"), "CRITICAL": ("1:", "1:")}


def in_use():
    yield Case("OK", "if it does not look who makes them", ("--detail=none",))


closed = closed_by_thresholds
