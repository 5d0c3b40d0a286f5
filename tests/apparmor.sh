#!/bin/sh
# AppArmor's own parser takes the profiles, without a word and without loading them. Run by `make check`
# in the build folder, where CHECKS names the checks.
set -eu

profiles=integrations/apparmor/ephemeral-ports
PATH=$PATH:/sbin:/usr/sbin
command -v apparmor_parser > /dev/null || {
    echo 'apparmor_parser is not here (package apparmor)'
    exit 77
}
# Without AppArmor in the kernel it says that it keeps no cache.
status=0
words=$(apparmor_parser --skip-kernel-load --skip-cache $profiles 2>&1) || status=$?
words=$(echo "$words" | grep -v '^Cache read/write disabled' || true)
if [ "$status" -ne 0 ] || [ "$words" ]; then
    echo "apparmor_parser ends with $status and says: $words"
    exit 1
fi
names=$(apparmor_parser --skip-kernel-load --names $profiles 2>/dev/null)
for check in $CHECKS; do
    echo "$names" | grep -qx "$check" || {
        echo "there is no profile of $check"
        exit 1
    }
done
