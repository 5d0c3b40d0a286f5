"""The checks, as they describe themselves, under the names that schedulers give them."""

import json
import shlex


class Check:
    """What `man/generator/CHECK declaration` printed into a file."""

    def __init__(self, path):
        with open(path) as file:
            self.__dict__.update(json.load(file))
        self.command = self.name[len("check_"):]
        self.short = self.command[len("ephemeral_"):]
        self.question = self.question[0].upper() + self.question[1:self.question.index("?") + 1]
        for what in ("metrics", "alerts", "services"):
            if not getattr(self, what):
                raise ValueError(f"{self.name} declares no {what}: see plugins/{self.short}_description.cc")
        # What names whom: alerts and dashboards tell of these.
        self.series = [series for series in self.series if "destination" in series["labels"]]
        self.service = self.services[0]
        self.title = self.service["title"].replace("Ephemeral ", "")
        self.title = self.title[0].upper() + self.title[1:]
        self.cause = next((alert["cause"] for alert in self.alerts if alert["cause"]), "")

    def variables(self, service):
        """What a service gives on the command line, by the names of variables: True for a switch, a value,
        or the values of what may be repeated."""
        variables = {}
        words = shlex.split(service["arguments"])
        while words:
            word = words.pop(0)
            if self.positional and not word.startswith("-"):
                variables.setdefault(variable(self.positional), []).append(word)
                continue
            word, separator, value = word.partition("=")
            option = self.option(word)
            if option["value"] and not separator:
                value = words.pop(0)
            name = variable(option["name"])
            if option["repeatable"] and option["value"]:
                variables.setdefault(name, []).append(value)
            else:
                variables[name] = value if option["value"] else True
        return variables

    def option(self, word):
        for option in self.options:
            if word in ("--" + option["name"], "-" + option["short"]):
                return option
        raise ValueError(f"{self.name}: a service has {word}, which is no option")


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
