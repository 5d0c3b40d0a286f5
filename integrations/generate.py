#!/usr/bin/env python3
"""Makes a scheduler's file from its template and from what the checks say of themselves.

Usage: generate.py TEMPLATE.j2 DECLARATION.json..., which writes to standard output. The templates
are Jinja2's.
"""

import sys
import textwrap

import jinja2

import declarations
import system_calls


def icinga_string(text):
    """A `$` stays: it begins a macro where a value is described."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def icinga_value(value):
    if value is True:
        return "true"
    if isinstance(value, list):
        return "[ " + ", ".join(icinga_string(element) for element in value) + " ]"
    return icinga_string(value)


def unit_setting(name, words):
    """A setting of systemd with a list of words for its value, on several lines."""
    return " \\\n".join(textwrap.wrap(f"{name}={' '.join(words)}", 98, subsequent_indent="    "))


def main(template, *paths):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True,
                                     lstrip_blocks=True, keep_trailing_newline=True)
    environment.filters.update(variable=declarations.variable, icinga_string=icinga_string,
                               icinga_value=icinga_value)
    with open(template) as file:
        text = environment.from_string(file.read())
    print(text.render(checks=declarations.read(paths), calls=system_calls.read,
                      callers=system_calls.callers, unit_setting=unit_setting), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
