#!/bin/sh
# The first process of a kernel under test: runs the programs of the build, each within LIMIT
# seconds, and switches the machine off. tests/kernels/results.py reads what it prints. The kernel's
# command line has LIMIT, ROUNDS and SEED, or ONLY_UP, which finds out whether it boots at all.
set -u
/bin/busybox mkdir -p /bin /dev /proc /sys /tmp
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
dmesg -n 1
while read -r module; do
    insmod "/modules/$module"
done </modules/order
ip link set lo up

cd /build || poweroff -f
export TEST_SOURCE_DIRECTORY=/source BOOST_TEST_COLOR_OUTPUT=no BOOST_TEST_REPORT_LEVEL=short
export ROUNDS SEED

try() { # PROGRAM ARGUMENT...
    program=$1
    shift
    echo "== begin $program"
    begin=$(cut -d. -f1 /proc/uptime) status=0
    timeout "$LIMIT" "$program" "$@" 2>&1 || status=$?
    echo "== end $program, status $status after $(($(cut -d. -f1 /proc/uptime) - begin)) s"
}

echo "== up: Linux $(uname -r) after $(cut -d' ' -f1 /proc/uptime) s"
[ ! "${ONLY_UP-}" ] || poweroff -f
try tests/unit_tests
# Which system calls a check makes hangs on its C library more than on the kernel, and to watch 300
# runs takes an emulated processor minutes.
try tests/live_tests --log_level=test_suite --run_test='!system_calls'
try tests/kernels/truth
echo "== done"
poweroff -f
