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

# A check whose file of the build is not included is in no list.
for file in plugins/*.mk; do
    grep -qx "include $file" Makefile.am || fail "Makefile.am has no line \"include $file\""
done

order=
for check in $CHECKS; do
    order="$order$check "
    short=${check##*_}
    for file in "plugins/$check.cc" "plugins/${short}_description.cc" "plugins/$short.mk" "man/$check.in" \
        "tests/live/$check.cc" "tests/states/$check.py"; do
        [ -e "$file" ] || fail "$check has no $file"
    done
    grep -qs "tests/unit/" "plugins/$short.mk" || fail "plugins/$short.mk names no unit test of $check"
    grep -q "^| .*\[$check\](docs/reference.md#$check)" README.md ||
        fail "README.md has no row \"| the question | [$check](docs/reference.md#$check) |\" in \"The checks\""
    grep -q "^| \`$check\` |" README.md ||
        fail "README.md has no row \"| \`$check\` | … |\" in \"Who is woken\""
    grep -q "^## $check\$" docs/reference.md ||
        fail "docs/reference.md has no section \"## $check\": \`make refresh-docs\` begins it"
    sed -n "/^## $check\$/,/^## /p" docs/reference.md | grep -q '^| Judges | ..' ||
        fail "the section of $check in docs/reference.md has no row \"| Judges | … |\""
    grep -qs '^\.Sh WHAT TO DO' "man/$check.in" || fail "man/$check.in has no section \"WHAT TO DO\""
    grep -q "\`$check\`" NEWS.md || fail "NEWS.md does not tell users of \`$check\`"
done

[ "$(sed -n 's/^## \(check_.*\)/\1/p' docs/reference.md | tr '\n' ' ')" = "$order" ] ||
    fail "docs/reference.md has its sections in another order than Makefile.am has the checks: $CHECKS"

[ "$(wc -l < README.md)" -lt 220 ] || fail "README.md has 220 lines or more: move to docs/ what a reader does not need at once"

# Debian's lintian says so, too, but late.
long=$(grep -nE '.{513}' ./*.md docs/*.md integrations/*/*.md | cut -c1-60)
[ ! "$long" ] || fail "a line has more than 512 characters: $long"

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

# Each wrong turn of `make check-mutations` still has its place, which is known long before its hour is over.
if ! python3 -c 'import dataclasses' 2>/dev/null; then
    echo "SKIPPED the places of tests/mutations/wrong_turns.py: there is no python3, or one before 3.7"
elif ! misplaced=$(python3 -B tests/mutations/wrong_turns.py 2>&1); then
    fail "wrong turns: $misplaced"
fi

[ "$failures" -eq 0 ]
