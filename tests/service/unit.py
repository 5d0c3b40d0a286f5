"""A systemd unit as a value: what systemd.syntax(7) and systemd.service(5) make of the few things
that ours uses.
"""

import re
import shlex


class Unit:
    def __init__(self, text):
        """The settings of [Service], in their order; one given twice is there twice."""
        section = re.search(r"^\[Service\]\n(.*?)(?=^\[|\Z)", text, re.M | re.S)[1]
        lines = re.sub(r"^[#;].*\n", "", section, flags=re.M).replace("\\\n", " ").splitlines()
        self.settings = [tuple(line.split("=", 1)) for line in lines if line]

    def values(self, name):
        return [value for setting, value in self.settings if setting == name]

    def words(self, name):
        return " ".join(self.values(name)).split()

    def has(self, name):
        return self.values(name)[-1:] == ["yes"]

    def environment(self):
        return dict(value.split("=", 1) for value in self.values("Environment"))

    def steps(self):
        """Its commands, each with whether it keeps root's user ID, which "!" says."""
        for setting in ("ExecStart", "ExecStartPost"):
            for value in self.values(setting):
                yield shlex.split(value.lstrip("!").replace("$$", "$")), value.startswith("!")
