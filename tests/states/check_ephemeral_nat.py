"""The states of check_ephemeral_nat: see tests/output_states.py."""

import os

from states.case import INCAPABLE, Case

# Root may read the file of the entries without a capability, so another folder lies upon it, where
# nobody may. A mount upon the file itself would not stay.
REFUSED = ["unshare", "-m", "sh", "-c", 'set -e; mount -t tmpfs none /mnt; mkdir /mnt/stat; '
           '! [ -e /proc/net/nf_conntrack ] || : > /mnt/nf_conntrack; '
           'mount --bind /proc/net/stat /mnt/stat; chmod -f 0 /mnt/nf_conntrack || :; '
           'mount --rbind /mnt /proc/$$/net; exec "$@"', "sh", *INCAPABLE]


def idle():
    yield Case("OK", "if it may read no entry, and there is none", (), REFUSED)


def tracked(lack):
    for state, warning, critical in (("OK", 66, 90), ("WARNING", 0, 90), ("CRITICAL", 0, 0)):
        yield Case(state, "by its thresholds, of one entry", (f"-w{warning}", f"-c{critical}"), lack=lack)
    yield Case("OK", "if it may not read the few entries that there are", (), REFUSED, lack=lack,
               says="at most 1 of")
    yield Case("UNKNOWN", "if the number of entries proves nothing and it may not read them",
               ("-w0", "-c0"), REFUSED, lack=lack, says="cannot be read")
    yield Case("OK", "if it may not read them and need not", ("-w0", "-c0", "--if-refused=ok"), REFUSED, lack=lack)
    if not os.path.exists("/proc/net/nf_conntrack"):
        lack = lack or "this kernel has no /proc/net/nf_conntrack"
    yield Case("CRITICAL", "if it reads the entries from /proc", ("-v", "-w0", "-c0"), INCAPABLE, lack=lack,
               says="Entries read from /proc")
