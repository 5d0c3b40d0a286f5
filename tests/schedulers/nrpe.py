"""NRPE with Debian's configuration, which takes in ours, asked by check_nrpe."""

import re
import subprocess
import time

from answers import Answer
from system import make_folder

COMMANDS = "/etc/nagios/nrpe.d/ephemeral.cfg"
PORT = 5666


def read_commands():
    """What NRPE runs, by the names of its commands."""
    with open(COMMANDS) as file:
        return dict(re.findall(r"^command\[(\w+)\]=(.*)$", file.read(), re.M))


class Nrpe:
    name = "NRPE"

    def __init__(self, host):
        self.host = host
        self.commands = read_commands()
        make_folder("/run/nagios", "nagios")
        host.popen(["nrpe", "-c", "/etc/nagios/nrpe.cfg", "-f"], "nagios", "/tmp/nrpe.log")
        host.relay(PORT)

    def ask(self, *words):
        done = subprocess.run(["/usr/lib/nagios/plugins/check_nrpe", "-H", "127.0.0.1", "-t", "20",
                               *words], capture_output=True, text=True)
        return done.returncode, done.stdout

    def wait(self):
        for _ in range(200):
            if self.ask()[0] == 0:
                return
            time.sleep(0.05)
        raise TimeoutError("NRPE does not answer")

    def test(self, tally, situation):
        states = set()
        for command, line in self.commands.items():
            title = f"NRPE: {command} if the host is {situation}"
            own = Answer(*self.host.run(line.split(), "nagios"))
            tally.equal(title, Answer(*self.ask("-c", command)), own)
            states.add(own.state)
        return states
