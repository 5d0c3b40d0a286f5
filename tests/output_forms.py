"""Runs every check in every state that it can reach, in all forms of output, and holds what it prints
against the guidelines for plugins, docs/report.schema.json and the parser of OpenMetrics. The figures of
all three are the same.

Usage: unshare -Urnmp --fork --mount-proc output_forms.py SOURCE (-nmp as root), in the build folder.
CHECKS in the environment names the checks.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "schedulers"))

from output_parsers import FORMATS, LACK_OF_DRAFT, Forms
from output_states import cases_of
from tally import Tally


def main(source):
    checks = os.environ["CHECKS"].split()
    with open(os.path.join(source, "docs/report.schema.json")) as file:
        forms = Forms(json.load(file), checks)
    tally = Tally()
    if LACK_OF_DRAFT:
        tally.skip("what docs/report.schema.json says of the following", LACK_OF_DRAFT)
    states = {check: set() for check in checks}
    for case in cases_of():
        name = f"{case.check} {case.state} {case.sentence}"
        states[case.check].add(case.state)
        if case.lack:
            tally.skip(name, case.lack)
        else:
            problems = list(forms.problems_of(case, case.run(FORMATS)))
            tally.check(name, not problems, "\n     ".join(problems))
    for check in checks:
        tally.equal(f"tests/states/{check}.py or tests/output_states.py has a case of every state", states[check],
                    {"OK", "WARNING", "CRITICAL", "UNKNOWN"})
    return tally.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
