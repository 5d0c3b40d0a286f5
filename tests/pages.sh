# shellcheck shell=sh
# Every option and every metric of every check has its place in the manual page and in the shells'
# completion, and the pages are clean. Run by `make check` in the build directory, where CHECKS
# names the checks.

failures=0
fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# The file as built, or as it came with the tarball.
built() {
    if [ -e "$1" ]; then echo "$1"; else echo "$TEST_SOURCE_DIRECTORY/$1"; fi
}

# What `--help` offers: -w and --warning, a line each.
options_of() {
    "plugins/$1" --help | sed -n 's/^  \(-.,\| \{3\}\) --.*/&/p' |
        grep -oE -- '^  -[^,]|--[a-z0-9-]+' | tr -d ' '
}

# Those that it declares; tests/integrations.py compares them with those that it prints.
labels_of() {
    "man/generator/$1" declaration | sed 's/"tables":.*//' | grep -oE '"label":"[a-z_]+"' |
        cut -d'"' -f4
}

every_option_is_on_the_page_and_in_the_completions() {
    page=$(man -E UTF-8 -l "$(built "man/$1.1")" | col -b | tr '−‐' '--')
    bash_completion=$(built "completion/bash/$1")
    zsh_completion=$(built "completion/zsh/_$1")
    options=$(options_of "$1")
    [ -n "$options" ] || fail "$1 --help offers no option"
    for option in $options; do
        echo "$page" | grep -qE -- "^ +(-., )?(-. [^,]*, )?$option([ =,]|$)" ||
            fail "$option is not on the page of $1"
        grep -qE -- "[ ']${option}[ =']" "$bash_completion" ||
            fail "bash does not complete $option of $1"
        grep -qE -- "[ {,']${option}[+=,}']" "$zsh_completion" ||
            fail "zsh does not complete $option of $1"
    done
    sed -n '/^.Sh PERFORMANCE DATA/,/^.El/p' "$(built "man/$1.1")" | grep -q '^.It' ||
        fail "the page of $1 tells nothing of its metrics"
    labels=$(labels_of "$1")
    [ -n "$labels" ] || fail "$1 declares no metric"
    for label in $labels; do
        echo "$page" | grep -qE "^ +$label( |$)" || fail "$label is not on the page of $1"
    done
}

bash_offers_the_options_and_the_words_they_take() {
    command -v bash >/dev/null || return 0
    offered=$(bash -c '
        . "$1"
        complete_at() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$name"; echo "${COMPREPLY[*]}"; }
        name=$2
        complete_at "$name" --output-f
        complete_at "$name" --output-format = j
        complete_at "$name" --output-format ""
        complete_at "$name" -t ""
    ' bash "$(built "completion/bash/$1")" "$1")
    expected='--output-format=
json
plugin json openmetrics
'
    [ "$offered" = "$(printf '%s' "$expected")" ] || fail "bash offers for $1: $offered"
}

zsh_understands_its_completion() {
    command -v zsh >/dev/null || { echo 'SKIPPED: zsh is not here'; return 0; }
    zsh -n "$(built "completion/zsh/_$1")" || fail "zsh cannot read the completion of $1"
}

the_page_is_clean() {
    warnings=$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 "$1" 2>&1 >/dev/null)
    [ -z "$warnings" ] || fail "man warns of $1: $warnings"
    command -v mandoc >/dev/null || { echo 'SKIPPED: mandoc is not here'; return 0; }
    warnings=$(mandoc -Tlint -Wwarning "$1") || fail "mandoc warns of $1: $warnings"
}

command -v man >/dev/null || exit 77
for check in $CHECKS; do
    every_option_is_on_the_page_and_in_the_completions "$check"
    bash_offers_the_options_and_the_words_they_take "$check"
    zsh_understands_its_completion "$check"
    the_page_is_clean "$(built "man/$check.1")"
done
the_page_is_clean man/ephemeral-ports.7

[ "$failures" -eq 0 ]
