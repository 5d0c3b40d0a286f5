# shellcheck shell=sh
# README.md's first aid, which needs nothing but ss and awk, counts what the checks count. Run by
# `make check` in the build directory.
set -eu

for program in python3 ss unshare; do
    command -v "$program" > /dev/null || { echo "$program is not here"; exit 77; }
done
# Root needs no user namespace, which a chroot refuses it.
namespaces=-Urn
[ "$(id -u)" -ne 0 ] || namespaces=-n
unshare $namespaces true || { echo 'this kernel lets no user make a network namespace'; exit 77; }
unshare $namespaces python3 -B "$TEST_SOURCE_DIRECTORY/tests/first_aid.py" \
    "$TEST_SOURCE_DIRECTORY/README.md"
