"""The system calls that docs/security.md lists."""

import os
import re

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../docs/security.md")


def rows_of(table):
    """The cells of each row."""
    with open(LIST) as file:
        document = file.read()
    rows = re.search(rf"^<!-- calls: {table} -->\n((?:\|.*\n)+)", document, re.M)[1].splitlines()
    return [row.split("|")[1:-1] for row in rows[2:]]


def words_in(cell):
    return re.findall(r"`(\w+)`", cell)


def read(*tables):
    """The names in these tables, each once, in their order."""
    names = [name for table in tables for row in rows_of(table) for name in words_in(row[0])]
    return list(dict.fromkeys(names))


def callers(name):
    """The checks whose own call it is, by the names that the table has for them."""
    checks = [check for row in rows_of("own") if name in words_in(row[0]) for check in words_in(row[2])]
    if not checks:
        raise ValueError(f"no row of {name} names a check")
    return checks
