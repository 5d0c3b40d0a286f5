"""A state that a check can reach, and what several checks need to reach theirs."""

import dataclasses
import subprocess

HOST = "10.0.0.1"
DATABASE = "10.0.0.5:5432"
DATABASE_IPV6 = "2001:db8:1111:2222:3333:4444:5555:6666"
INCAPABLE = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
# What no usage exceeds.
LOOSE = ("-w99", "-c99")


@dataclasses.dataclass
class Case:
    state: str
    sentence: str
    options: tuple = ()
    wrapper: list = dataclasses.field(default_factory=list)
    stdin: bytes = None
    never_ends: bool = False  # standard input, in which case all forms wait at a time
    says: str = ""            # what tells in the plugin's output that this is the state
    lack: str = ""            # why this host cannot come to it
    check: str = ""

    def run(self, formats):
        """What it prints, by the form. One after the other, for check_ephemeral_namespaces would see
        those that run beside it."""
        if self.never_ends:
            started = {name: self.start(name) for name in formats}
            return {name: self.end(process) for name, process in started.items()}
        return {name: self.end(self.start(name)) for name in formats}

    def start(self, name):
        command = [*self.wrapper, f"plugins/{self.check}", f"--output-format={name}", *self.options]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self, process):
        if self.never_ends:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        output, errors = process.communicate(self.stdin)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def closed_by_thresholds(family):
    """Of more than 9 percent of a range."""
    for state, options in (("OK", LOOSE), ("WARNING", ("-w5", "-c99")), ("CRITICAL", ("-w5", "-c9"))):
        yield Case(state, f"of connections to an {family} address that were closed", options)
