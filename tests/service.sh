# shellcheck shell=sh
# The service for Prometheus in its own restrictions: tests/service/check_service.py. Run by
# `make check` in the build folder.
set -eu

skip() {
    echo "$*"
    exit 77
}
for program in ip python3 systemd-analyze unshare; do
    command -v "$program" > /dev/null || skip "$program is not here"
done

namespaces='--mount --net --pid --fork --kill-child --mount-proc'
if [ "$(id -u)" -eq 0 ]; then
    export CONFINED_USER=65534 # nobody
else
    namespaces="--user --map-root-user $namespaces"
fi
# shellcheck disable=SC2086 # words
unshare $namespaces true ||
    skip 'the namespaces cannot be made: this kernel lets no user do so, or / is no mount point (a chroot)'

# shellcheck disable=SC2016,SC2086 # the inner shell expands them; words
exec unshare $namespaces sh -c 'ip link set lo up && exec python3 -B "$@"' sh \
    "$TEST_SOURCE_DIRECTORY/tests/service/check_service.py" \
    integrations/prometheus/ephemeral-ports.service
