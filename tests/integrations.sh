#!/bin/sh
# Every check and every option of it has its place in the files of integrations/, and these ask for
# what the checks print.
set -eu

failures=0
fail() {
    echo "$*"
    failures=$((failures + 1))
}

# The file as built, or as it came with the tarball.
built() { # FILE
    if [ -e "integrations/$1" ]; then
        echo "integrations/$1"
    else
        echo "$TEST_SOURCE_DIRECTORY/integrations/$1"
    fi
}

mentions() { # FILE PATTERN
    grep -Eq -- "$2" "$(built "$1")" || fail "$1 has nothing like $2"
}

for check in $CHECKS; do
    name=${check#check_}
    mentions nrpe/ephemeral.cfg "^command\[$check\]=/.*/$check( |$)"
    mentions "nagios/ephemeral.cfg" "^    command_name +$check$"
    mentions "nagios/ephemeral.cfg" "^    command_line +\\\$USER1\\\$/$check \\\$ARG1\\\$$"
    mentions "nagios/examples/services.cfg" "^    check_command +$check(!|$)"
    mentions "icinga2/examples/services.conf" "check_command = \"$name\""
    mentions zabbix/ephemeral.conf \
        "^UserParameter=ephemeral\.${name#ephemeral_}\[\*\],/.*/$check --output-format=json \\\$1$"
    mentions checkmk/mrpe.cfg "^Ephemeral_.* /.*/$check( |$)"
    mentions prometheus/ephemeral-ports.service "^    publish ${name}[ ;']"
    mentions prometheus/ephemeral-ports.rules.yml "^ +check: $check$"
    mentions grafana/ephemeral-ports.json "${name}_state"
    mentions telegraf/ephemeral.conf "commands = \[\"/.*/${check}[ \"]"
    mentions sensu/ephemeral.yaml "command: \"/.*/${check}[ \"]"
    mentions icinga2/director-basket.json "\"check_command\": \"$name\""
    mentions zabbix/template_ephemeral_ports.yaml "key: ephemeral\.${name#ephemeral_}\["

    # Every option that --help has, with its own variable and a description.
    commands=$(sed -n "/^object CheckCommand \"$name\" {/,/^}/p" "$(built icinga2/ephemeral.conf)")
    options=$("plugins/$check" --help | sed -n 's/^  \(-., \)\{0,1\}--\([a-z0-9-]*\).*/\2/p')
    [ "$options" ] || fail "$check --help shows no option"
    for option in $options; do
        case $option in help | version) continue ;; esac
        variable=${name}_$(echo "$option" | tr - _)
        argument=$(echo "$commands" | sed -n "/\"--$option\" = {/,/}/p")
        case $argument in
        *"\"\$$variable\$\""*description*) ;;
        *) fail "integrations/icinga2/ephemeral.conf has no argument for --$option of $check" ;;
        esac
    done
done

# Python is not needed to build a tarball, or to test the rest.
if command -v python3 > /dev/null; then
    CHECKS=$CHECKS python3 -B "$TEST_SOURCE_DIRECTORY/tests/integrations.py" \
        "$TEST_SOURCE_DIRECTORY" || fail "see above"
else
    echo 'SKIPPED: what the files ask for, as there is no python3'
fi
[ "$failures" -eq 0 ]
