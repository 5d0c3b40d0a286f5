"""The states of check_ephemeral_namespaces: see tests/output_states.py."""

import subprocess
import sys

from states.case import INCAPABLE, LOOSE, Case

THRESHOLDS = {"OK": ("99", "99"), "WARNING": ("10", "99"), "CRITICAL": ("10", "20")}


def in_use():
    yield Case("UNKNOWN", "of no namespace, as none has the name", ("--namespace=nowhere",))
    yield from _beside_another()


def _beside_another():
    """It has a socket, for one without is harmless whoever has it. It ends with its standard input."""
    command = ["unshare", "-n", sys.executable, "-c", "import socket, sys; kept = socket.socket(); "
               "kept.bind(('', 5000)); kept.listen(); print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        yield Case("OK", "of two namespaces", LOOSE, says=" namespaces=2")
        yield Case("UNKNOWN", "if it may not look into one", LOOSE, INCAPABLE, says="cannot be looked into")
        yield Case("OK", "if it may not look into one and need not", (*LOOSE, "--if-refused=ok"), INCAPABLE)


def exhausted(family, _destination):
    yield Case("CRITICAL", f"if no port is left for an {family} address")
