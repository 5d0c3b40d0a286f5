#!/bin/sh
# Every check and every option of it has its place in the files of integrations/.
set -eu

source=$TEST_SOURCE_DIRECTORY/integrations
failures=0
fail() {
    echo "$*"
    failures=$((failures + 1))
}

mentions() { # FILE PATTERN
    grep -Eq -- "$2" "$1" || fail "$1 has nothing like $2"
}

for check in $CHECKS; do
    name=${check#check_}
    mentions integrations/nrpe/ephemeral.cfg "^command\[$check\]=/.*/$check( |$)"
    mentions "$source/nagios/ephemeral.cfg" "^    command_name +$check$"
    mentions "$source/nagios/ephemeral.cfg" "^    command_line +\\\$USER1\\\$/$check \\\$ARG1\\\$$"
    mentions "$source/nagios/examples/services.cfg" "^    check_command +$check(!|$)"
    mentions "$source/icinga2/examples/services.conf" "check_command = \"$name\""
    mentions integrations/zabbix/ephemeral.conf \
        "^UserParameter=ephemeral\.${name#ephemeral_}\[\*\],/.*/$check --output-format=json \\\$1$"
    mentions "$source/zabbix/template_ephemeral_ports.yaml" "key: 'ephemeral\.${name#ephemeral_}\["

    # Every option that --help has, with its own variable and a description.
    commands=$(sed -n "/^object CheckCommand \"$name\" {/,/^}/p" integrations/icinga2/ephemeral.conf)
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

# Python is not needed to build or to test the rest.
if command -v python3 > /dev/null; then
    CHECKS=$CHECKS python3 -B "$TEST_SOURCE_DIRECTORY/tests/metric_names.py" "$source" ||
        fail "see above"
    python3 - "$source" << 'END' || fail "see above"
import re, sys
source = sys.argv[1]
template = open(source + "/zabbix/template_ephemeral_ports.yaml").read()
uuids = re.findall(r"uuid: '?(\w+)'?", template)
wrong = [uuid for uuid in uuids if not re.fullmatch(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", uuid)]
twice = {uuid for uuid in uuids if uuids.count(uuid) > 1}
unknown = set(re.findall(r"\{\$[A-Z.]+\}", template)) - set(re.findall(r"- macro: '(\{.*?\})'", template))
for what, found in ("no UUID of version 4", wrong), ("given twice", twice), ("undefined macro", unknown):
    if found:
        sys.exit(f"template_ephemeral_ports.yaml: {what}: {', '.join(found)}")
END
else
    echo 'SKIPPED: the names of metrics and the UUIDs, for want of python3'
fi
[ "$failures" -eq 0 ]
