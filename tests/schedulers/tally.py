"""What passed, what failed and what was skipped."""

import sys
import time


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.start = time.monotonic()

    def check(self, name, ok, found=""):
        """Counts one test; if it failed, `found` says what was there instead."""
        if ok:
            self.passed += 1
            print(f"PASS {name}")
        else:
            self.failed += 1
            print(f"FAIL {name}\n     {found}")
        sys.stdout.flush()
        return ok

    def equal(self, name, found, expected):
        return self.check(name, found == expected, f"found    {found!r}\n     expected {expected!r}")

    def skip(self, name, why):
        self.skipped += 1
        print(f"SKIPPED {name}: {why}", flush=True)

    def note(self, text):
        print(f"[{time.monotonic() - self.start:5.1f} s] {text}", flush=True)

    def close(self):
        """The last line, and the exit status."""
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed or not self.passed else 0
