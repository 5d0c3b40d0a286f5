# shellcheck shell=sh
# Every form of output of every check, in every state, is what its schema or parser takes. Run by
# `make check` in the build directory, where CHECKS names the checks.
set -eu

for program in ip setpriv ss sysctl unshare; do
    command -v "$program" > /dev/null || { echo "$program is not here"; exit 77; }
done
[ -e /proc/net/if_inet6 ] || { echo 'this host has no IPv6'; exit 77; }
# The system's packages are for the system's Python, which need not be the first in PATH.
for python in python3 /usr/bin/python3; do
    ! "$python" -c 'import jsonschema, prometheus_client.openmetrics' 2> /dev/null || break
    python=
done
[ "$python" ] || { echo 'there is no Python 3 with jsonschema and prometheus_client'; exit 77; }
# Root needs no user namespace, which a chroot refuses it. In a namespace of their own, no process
# of others has a network namespace that check_ephemeral_namespaces could find.
namespaces=-Urnmp
[ "$(id -u)" -ne 0 ] || namespaces=-nmp
unshare $namespaces --fork --mount-proc true || { echo 'this kernel lets no user make these namespaces'; exit 77; }
unshare $namespaces --fork --mount-proc \
    "$python" -B "$TEST_SOURCE_DIRECTORY/tests/output_forms.py" "$TEST_SOURCE_DIRECTORY"
