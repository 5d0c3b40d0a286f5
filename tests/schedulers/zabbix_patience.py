"""What the template's triggers make of bursts, minute by minute.

The reports are real: of a host with ports left, and of one without. Their times are not: each is sent
with the time that it would have had. The phases are the worst ones: a burst of a minute shows in two
reports of most checks, and these come before that of the cause.
"""

import time

from icinga2 import read_quiet_commands
from nrpe import read_commands

CAUSE = "ports"
BUCKETS = 20
HIGH = "4"


def consequences():
    return [command.removeprefix("ephemeral_") for command in read_quiet_commands()]


def reports_of(host):
    """By the options of the examples."""
    commands = read_commands()
    return {check: host.run([*commands[f"check_ephemeral_{check}"].split(), "--output-format=json"],
                            "zabbix")[1] for check in (CAUSE, *consequences())}


def real_reports(host):
    """Of a host with ports left, and of one where they are gone."""
    host.connect(0)
    host.set("ip_local_port_range", "40000 40063")
    host.connect(12)
    calm = reports_of(host)
    host.make_time_wait(BUCKETS)
    host.connect(64)
    host.bind_datagrams(range(40000, 40064))
    host.set("tcp_max_tw_buckets", BUCKETS)
    gone = reports_of(host)
    host.bind_datagrams([])
    host.connect(0)
    host.set("tcp_max_tw_buckets", 10000)
    return calm, gone


class Story:
    def __init__(self, server, trapper, name):
        self.server, self.trapper, self.name = server, trapper, name
        self.id = trapper.add_hosts([name], "Told of")[name]
        self.start = int(time.time()) - 1000
        self.time = self.start

    def tell(self, reports, minutes):
        """A minute's reports: the cause's is 40 s later than all others."""
        for _ in range(minutes):
            for checks, offset in ((consequences(), 10), ((CAUSE,), 50)):
                clock = self.time + offset
                self.trapper.send([(self.name, check, clock, reports[check]) for check in checks])
                for check in checks:
                    self.trapper.wait(self.id, check, clock)
            self.time += 60

    def problems(self):
        """All that were ever raised, also if they are over: severity and name, and when."""
        events = self.server.call("event.get", hostids=self.id, value=1,
                                  output=["name", "severity", "clock"])
        return {(event["severity"], event["name"]): int(event["clock"]) for event in events}


def test(tally, host, server, trapper):
    calm, gone = real_reports(host)
    story = Story(server, trapper, "bursting")
    story.tell(calm, 4)
    story.tell(gone, 1)
    story.tell({**gone, CAUSE: calm[CAUSE]}, 1)
    story.tell(calm, 2)
    tally.equal("a burst of a minute raises no problem", story.problems(), {})

    story.tell({**calm, CAUSE: gone[CAUSE]}, 1)
    story.tell(gone, 1)
    story.tell(calm, 2)
    tally.equal("a burst that shows in two reports of its cause raises no problem",
                story.problems(), {})

    start = story.time
    story.tell(gone, 6)
    wanted = (HIGH, "Ephemeral ports are running out (above 90%): 127.0.0.1:5432 from 127.0.0.1")
    problems = story.problems()
    tally.equal("ports that stay gone raise one problem, that of the cause", set(problems), {wanted})
    tally.check("it is raised within four minutes", problems.get(wanted, start + 9999) - start <= 240,
                problems.get(wanted, 0) - start)
    story.tell(calm, 1)
    tally.equal("the end of it raises no other problem", set(story.problems()), {wanted})
