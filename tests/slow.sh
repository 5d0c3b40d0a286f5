#!/bin/sh
# Runs the live tests that `make check` leaves out, those of the suite projection/slow, side by side,
# as each waits for most of its minutes, and closes with the counts. In the build folder.
set -eu

cases=$(tests/live_tests --list_content 2>&1 |
    sed -n '/^    slow/,/^ \{0,4\}[^ ]/s/^        \([a-z0-9_]*\).*/\1/p')
if [ ! "$cases" ]; then
    echo "SKIPPED: $(tests/live_tests --list_content 2>&1 || true)"
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
fi

results=$(mktemp -d)
for case in $cases; do
    {
        result=passed
        BOOST_TEST_LOG_LEVEL=message tests/live_tests --run_test="projection/slow/$case" \
            >"$results/$case.log" 2>&1 || result=failed
        echo "$case" >>"$results/$result"
        echo "[$(cat "$results"/passed "$results"/failed 2>/dev/null | wc -l) of" \
            "$(echo "$cases" | wc -l)] $case: $result"
    } &
done
wait
cat "$results"/*.log
touch "$results/passed" "$results/failed"
passed=$(wc -l <"$results/passed") failed=$(wc -l <"$results/failed")
rm -r "$results"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
