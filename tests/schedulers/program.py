"""What every program does that tests in a copy of this system (system.py)."""

import os
import subprocess

import system
from tally import Tally

SKIPPED = 77


def main(script, words, purpose, prepare, test_inside, own_network=True):
    """Prepares this system and runs the script again inside; or, being that run, tests.

    prepare(*words) returns what the inner run is handed, which calls test_inside(tally, folder,
    *handed). `purpose` is what is skipped if this system cannot be prepared.
    """
    tally = Tally()
    if words[:1] == ["--inside"]:
        try:
            test_inside(tally, *words[1:])
        except (system.Unavailable, OSError, RuntimeError, subprocess.SubprocessError) as error:
            tally.check("the tests run to their end", False, error)
        return tally.close()
    try:
        handed = prepare(*words)
    except system.Unavailable as error:
        tally.skip(purpose, error)
        tally.close()
        return SKIPPED
    tally.note("what it needs is here")
    return system.run_inside(os.path.abspath(script), handed, own_network)
