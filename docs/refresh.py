#!/usr/bin/env python3
"""Refreshes what the documents have from the checks: the tables of labels and columns in reference.md,
the series in json.md, who is quiet when in integrations/README.md, and the tables in report.schema.json.
All around them is written by hand.

Usage: refresh.py [--compare] DECLARATION.json..., in the build folder. With --compare nothing is
written, and each line that would be is named.
"""

import difflib
import json
import os
import re
import sys
import textwrap

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


def fill(text, origin, lines):
    """The text with these lines in their place, which a line before and one after them mark."""
    first = f"<!-- From {origin}, by `make refresh-docs`. -->\n"
    place = re.compile(re.escape(first) + r".*?<!-- Until here\. -->\n", re.S)
    if len(place.findall(text)) != 1:
        raise LookupError(f"a document has not one place for what comes from {origin}: a line {first!r}, and "
                          "one '<!-- Until here. -->' after it")
    made = first + "\n" + "\n".join(lines) + "\n\n<!-- Until here. -->\n"
    return place.sub(lambda _: made, text)


def refresh_reference(text, checks):
    """A check that has no section yet is given one, for somebody to write what it judges."""
    for check in checks:
        name, question = check["name"], check["question"]
        origin = f"plugins/{name.rpartition('_')[2]}_description.cc"
        if f"\n## {name}\n" not in text:
            text += (f"\n## {name}\n\n{question[0].upper()}{question[1:]}\n\n"
                     f"<!-- From {origin}, by `make refresh-docs`. -->\n<!-- Until here. -->\n")
        text = fill(text, origin, reference_of(check))
    return text


def refresh_series(text, checks):
    made = rows(("check", "series of each row", "labels"), ("---",) * 3)
    for check in checks:
        names = [series["openmetrics"] for series in check["series"]]
        if names:
            start = os.path.commonprefix(names).rindex("_")
            labels = dict.fromkeys(label for series in check["series"] for label in series["labels"])
            made += rows((code(check["name"]),
                          ", ".join([code(names[0]), *(code(name[start:]) for name in names[1:])]),
                          ", ".join(map(code, labels))))
    return fill(text, "the series in plugins/*_description.cc", made)


def refresh_quiet(text, checks):
    """Which checks are quiet while another one is CRITICAL."""
    made = []
    for cause in checks:
        quiet = [code(check["name"]) for check in checks
                 if any(alert["cause"] == cause["name"] for alert in check["alerts"])]
        if quiet:
            made.append(f"- While {code(cause['name'])} is CRITICAL: {', '.join(quiet)}.")
    made = [line for each in made for line in textwrap.wrap(each, 110, subsequent_indent="  ")]
    return fill(text, "the causes in plugins/*_description.cc", made)


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


DOCUMENTS = {"reference.md": refresh_reference, "json.md": refresh_series,
             "../integrations/README.md": refresh_quiet, "report.schema.json": refresh_schema}


def main(*arguments):
    compare = arguments[0] == "--compare"
    checks = []
    for path in arguments[compare:]:
        with open(path) as file:
            checks.append(json.load(file))
    differences = 0
    for name, refresh in DOCUMENTS.items():
        path = os.path.normpath(os.path.join(HERE, name))
        with open(path) as file:
            old = file.read()
        new = refresh(old, checks)
        if compare:
            for line in difflib.unified_diff(old.splitlines(), new.splitlines(), path,
                                             "what the checks declare", lineterm="", n=0):
                differences += 1
                print(line)
        elif new != old:
            with open(path, "w") as file:
                file.write(new)
            print(f"{path} is fresh")
    if differences:
        print("`make refresh-docs` mends that.")
    return 1 if differences else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except LookupError as error:
        sys.exit(str(error))
