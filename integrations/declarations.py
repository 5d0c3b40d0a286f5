"""The checks, as they describe themselves, under the names that schedulers give them."""

import json


class Check:
    """What `man/generator/CHECK declaration` printed into a file."""

    def __init__(self, path):
        with open(path) as file:
            self.__dict__.update(json.load(file))
        self.command = self.name[len("check_"):]
        self.short = self.command[len("ephemeral_"):]
        self.question = self.question[0].upper() + self.question[1:self.question.index("?") + 1]
        self.service = self.services[0]
        self.title = self.service["title"].replace("Ephemeral ", "")
        self.title = self.title[0].upper() + self.title[1:]
        self.cause = next((alert["cause"] for alert in self.alerts if alert["cause"]), "")


def read(paths):
    """Each with its `consequences`: the checks that are quiet while it is CRITICAL."""
    checks = [Check(path) for path in paths]
    for check in checks:
        check.consequences = [other for other in checks if other.cause == check.name]
    return checks


def variable(option):
    """"time_wait" of "time-wait", "address" of "ADDRESS:PORT..."."""
    name = ""
    for character in option.lower().replace("-", "_"):
        if not character.isalnum() and character != "_":
            break
        name += character
    return name
