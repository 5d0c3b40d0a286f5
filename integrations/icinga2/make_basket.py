#!/usr/bin/env python3
"""Makes a basket for Icinga Director from what the checks say of themselves: a template of a service
for each check, with a field for each of its options.

Usage: make_basket.py DECLARATION.json..., which writes JSON to standard output.

The commands are not in it: Director knows those of ephemeral.conf as external commands (Icinga
Infrastructure, Kickstart Wizard), and a second definition would stop Icinga. Its importer
(BasketSnapshot.php) takes fields by their numbers here, and a thing that is there already by its
UUID, or else by its name.
"""

import json
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import declarations

# Of the thing's name, so that they never change.
SPACE = uuid.UUID("8f0c1d2e-5d7b-4f0e-9a63-0f4f3a6a2b11")
TYPE = "Icinga\\Module\\Director\\DataType\\DataType"
FOR_PEOPLE = ("help", "version", "output-format")


def uuid_of(thing):
    return str(uuid.uuid5(SPACE, thing))


def field(name, kind, caption, description):
    settings = {"visibility": "visible"} if kind == "String" else {}
    return {"uuid": uuid_of(f"field {name}"), "varname": name, "caption": caption,
            "description": description, "datatype": TYPE + kind, "format": None,
            "settings": settings}


def kind_of(option):
    if not option["value"]:
        return "Boolean"
    return "Array" if option["repeatable"] else "String"


def fields_of(check):
    """Each with whether it must be filled in."""
    if check.positional:
        name = declarations.variable(check.positional)
        yield field(f"{check.command}_{name}", "Array", name,
                    f"{check.positional.partition('...')[0]}, what to ask about"), "n"
    for option in check.options:
        if option["name"] not in FOR_PEOPLE:
            text = option["text"] + (": " if option["choices"] else "") + ", ".join(option["choices"])
            yield field(f"{check.command}_{declarations.variable(option['name'])}", kind_of(option),
                        option["name"], text), "n"


def make_basket(checks):
    fields, templates = {}, {}
    for check in checks:
        references = []
        for described, is_required in fields_of(check):
            number = len(fields) + 1
            fields[str(number)] = described
            references.append({"datafield_id": number, "is_required": is_required,
                               "var_filter": None})
        title = check.service["title"]
        given = {f"{check.command}_{name}": value
                 for name, value in check.variables(check.service).items()}
        templates[title] = {
            "uuid": uuid_of(f"service {check.name}"),
            "object_name": title,
            "object_type": "template",
            "check_command": check.command,
            "check_interval": str(60 * check.service["minutes"]),
            # As in examples/services.conf: a burst of a minute is over by then.
            "max_check_attempts": "4" if check.cause else "3",
            "retry_interval": "60",
            "use_agent": True,  # or Icinga's own ports would be taken for the host's
            "notes": check.question,
            "vars": given,
            "fields": references}
    return {"Datafield": fields, "ServiceTemplate": templates}


if __name__ == "__main__":
    print(json.dumps(make_basket(declarations.read(sys.argv[1:])), indent=4))
