# shellcheck shell=sh
# Every check has its place wherever people and the build look for it, and every source file is built:
# what is missing is named. Run by `make check`, where CHECKS names the checks.
set -eu
cd "$TEST_SOURCE_DIRECTORY"

failures=0
fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

for check in $CHECKS; do
    short=${check##*_}
    for file in "plugins/$check.cc" "plugins/$short.mk" "man/$check.in" "tests/live/$check.cc"; do
        [ -e "$file" ] || fail "$check has no $file"
    done
    grep -q "^| .*$check" README.md || fail "no table of README.md has $check"
    grep -q "^## $check\$" docs/reference.md || fail "docs/reference.md has no section ## $check"
done

for file in plugins/*.cc plugins/*.h common/*/*.cc common/*/*.h man/*.cc man/*.h \
    tests/unit/*.cc tests/unit/*.h tests/live/*.cc tests/live/*.h tests/fuzz/*.cc tests/fuzz/*.h; do
    # A program is named without the ending.
    case $file in
    plugins/check_*.cc) name=${file%.cc} ;;
    *) name=$file ;;
    esac
    # A word of its own: one name may be the end of another.
    grep -qE "(^|[[:space:]])$name([[:space:]]|\$)" Makefile.am plugins/*.mk tests/fuzz/local.mk ||
        fail "neither Makefile.am nor plugins/*.mk nor tests/fuzz/local.mk has $name"
done

# What SECURITY.md promises is proved by tests that are there. Their names are sentences, of several words.
# shellcheck disable=SC2016 # the backticks are the document's
for name in $(grep -oE '`[^` ]+`' SECURITY.md | tr -d '`'); do
    case $name in
    tests/*) [ -e "$name" ] || fail "SECURITY.md names $name, which is not there" ;;
    *_*_*_*) grep -qr "TEST_CASE(${name}[,)]" tests || fail "SECURITY.md names the test $name, which is not there" ;;
    esac
done

[ "$failures" -eq 0 ]
