#!/usr/bin/env python3
"""Refreshes what the documents have from the checks: the tables of labels and columns in reference.md, and
the tables in report.schema.json. All around them is written by hand.

Usage: refresh.py [--compare] DECLARATION.json..., in the build folder. With --compare nothing is
written, and each line that would be is named.
"""

import difflib
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def unit_in_words(figure):
    return {"": "", "%": "percent", "s": "seconds", "us": "microseconds", "c": "a counter"}[figure["unit"]]


def rows(*cells):
    return ["| " + " | ".join(row) + " |" for row in cells]


def code(text):
    return f"`{text}`" if text and not text[0].isdigit() else text


def reference_of(check):
    lines = rows(("label", "is", "unit", "at most"), ("---",) * 4,
                 *((code(metric["label"]), metric["meaning"], unit_in_words(metric), code(metric["most"]))
                   for metric in check["metrics"]))
    for table in check["tables"]:
        lines += ["", f"JSON has the table `{table['name']}`: {table['meaning']}.", "",
                  *rows(("key", "heading", "is", "unit"), ("---",) * 4,
                        *((code(column["key"]), column["title"], column["meaning"], unit_in_words(column))
                          for column in table["columns"]))]
    return lines


def refresh_reference(text, checks):
    for check in checks:
        name = check["name"]
        first = f"<!-- From plugins/{name.rpartition('_')[2]}_description.cc, by `make refresh-docs`. -->\n"
        place = re.compile(re.escape(first) + r".*?<!-- Until here\. -->\n", re.S)
        if len(place.findall(text)) != 1:
            raise LookupError(f"docs/reference.md has not one place for {name}: a line {first!r}, and one "
                              "'<!-- Until here. -->' after it")
        made = first + "\n" + "\n".join(reference_of(check)) + "\n\n<!-- Until here. -->\n"
        text = place.sub(lambda _, made=made: made, text)
    return text


def schema_of(column):
    unit = unit_in_words(column)
    value = {"description": column["meaning"] + (f", in {unit}." if unit else "."), "type": column["type"]}
    if column["type"] == "array":
        value["items"] = {"type": "integer"}
    return value


def refresh_schema(text, checks):
    schema = json.loads(text)
    tables = {}
    for check in checks:
        for table in check["tables"]:
            # Two checks may have a table of the same name, with other words or further columns: a row
            # has for sure what it has in both.
            always = [column["key"] for column in table["columns"] if column["is_always_there"]]
            row = tables.setdefault(table["name"], {
                "description": table["meaning"] + ".", "type": "array",
                "items": {"type": "object", "required": always, "properties": {}}})["items"]
            row["required"] = [key for key in row["required"] if key in always]
            for column in table["columns"]:
                row["properties"].setdefault(column["key"], schema_of(column))
    schema["properties"]["tables"]["properties"] = tables
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(*arguments):
    compare = arguments[0] == "--compare"
    checks = []
    for path in arguments[compare:]:
        with open(path) as file:
            checks.append(json.load(file))
    differences = 0
    for name, refresh in (("reference.md", refresh_reference), ("report.schema.json", refresh_schema)):
        path = os.path.join(HERE, name)
        with open(path) as file:
            old = file.read()
        new = refresh(old, checks)
        if compare:
            for line in difflib.unified_diff(old.splitlines(), new.splitlines(), f"docs/{name}",
                                             "what the checks declare", lineterm="", n=0):
                differences += 1
                print(line)
        elif new != old:
            with open(path, "w") as file:
                file.write(new)
    if differences:
        print("`make refresh-docs` mends that.")
    return 1 if differences else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except LookupError as error:
        sys.exit(str(error))
