#!/usr/bin/env python3
"""Runs the commands of documents as they are written there, one after the other in one shell.

A command stands in a block of code that is marked `sh`, or behind `$ ` in one marked `console`, which
shows what it prints: the labels of the performance data and the heading of the table must be those
of today, while figures may differ. What cannot be run has a comment before its block that says why:
<!-- not run: … -->. What ends with an error other than a check's WARNING or CRITICAL has failed.

It installs packages, as README.md does, so run it where that does no harm: on a machine to throw
away, in a fresh clone; or by `make check-readme` in a copy of this system that nothing outlives.

Usage: readme.py DOCUMENT… | readme.py --in-copy TARBALL
"""

import dataclasses
import os
import re
import shlex
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "schedulers"))

import system
from tally import Tally

BLOCK = re.compile(r"(?:^<!-- not run: (?P<why>[^>]*) -->\n)?^```(?P<kind>sh|console)\n(?P<text>.*?)^```$",
                   re.M | re.S)
DOCUMENTS = ["README.md", "docs/building.md", "docs/reference.md"]
LONGEST = 3600  # seconds
SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclasses.dataclass
class Command:
    place: str
    text: str
    why_not: str = None
    shown: str = ""  # what the document says that it prints

    def is_check(self):
        return os.path.basename(self.text.split()[0]).startswith("check_ephemeral_")

    def allowed(self):
        """Exit statuses: a check may find something, and --help is 3 by the guidelines."""
        if "--help" in self.text.split():
            return (3,)
        return (0, 1, 2) if self.is_check() else (0,)


def is_whole(command):
    """Whether a command ends here, and not on a later line."""
    try:
        return not command.rstrip("\n").endswith(("\\", "|")) and bool(shlex.split(command))
    except ValueError:  # a quotation is open
        return False


def split_commands(lines):
    """Each command with the number of its first line, counted from 0."""
    command = ""
    for number, line in enumerate(lines):
        command += line
        if is_whole(command):
            yield number - command.count("\n") + 1, command.strip()
            command = ""
    if command:
        raise ValueError(f"a command without an end: {command}")


def commands_of(path):
    with open(path) as file:
        text = file.read()
    others = set(re.findall(r"^```(.+)$", text, re.M)) - {"sh", "console"}
    if others:
        raise ValueError(f"blocks of code marked {others}: are those commands?")
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start("text")) + 1
        if block["kind"] == "console":
            for part in re.split(r"^(?=\$ )", block["text"], flags=re.M):
                command, _, shown = part.partition("\n")
                if command:
                    yield Command(f"{path}:{line}", command[2:], block["why"], shown)
        else:
            for number, command in split_commands(block["text"].splitlines(keepends=True)):
                yield Command(f"{path}:{line + number}", command, block["why"])


class Shell:
    """One shell for all commands, so that a variable or a folder stays."""

    def __init__(self, environment):
        self.process = subprocess.Popen(["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env=environment)

    def run(self, command):
        """Its exit status and what it prints."""
        mark = f"the command {os.urandom(8).hex()} ended with"
        # A command must not read the next one as its input.
        try:
            self.process.stdin.write(f"{{ {command}\n}} </dev/null; echo -e \"\\n{mark} $?\"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return 1, "the shell has ended"
        lines = []
        for line in self.process.stdout:
            if line.startswith(mark):
                return int(line.split()[-1]), "".join(lines)
            lines.append(line)
        return self.process.wait() or 1, "".join(lines) + "the shell has ended"


def outline(output):
    """What stays the same wherever a check runs: its labels, and the headings of its table. Owners are
    named only where it is not OK."""
    lines = output.strip().splitlines() + ["", ""]
    labels = re.findall(r"([a-z_]+)=", lines[0].partition(" | ")[2])
    return labels, lines[1].removesuffix("live owners").split()


def leave_time_wait(server):
    """A connection that was closed here first."""
    socket.create_connection(server.getsockname()).close()
    server.accept()[0].close()


def run_commands(paths, environment):
    commands = [command for path in paths for command in commands_of(path)]
    tally = Tally()
    shell = Shell(environment)
    signal.alarm(LONGEST)  # ends all, rather than to wait for ever
    # The tables of the checks want connections, and a service inside the range.
    with socket.create_server(("127.0.0.1", 0)) as server, \
            socket.create_connection(server.getsockname()), server.accept()[0]:
        left_out = []
        for command in commands:
            name = f"{command.place}: {command.text}"
            if command.why_not:
                left_out.append(f"{name} ({command.why_not})")
                continue
            leave_time_wait(server)
            status, output = shell.run(command.text)
            if not tally.check(name, status in command.allowed(), f"ended with {status}: {output}"):
                continue
            if command.shown:
                tally.equal(f"{name} prints what is shown", outline(output), outline(command.shown))
            if not command.is_check():
                tally.note("done")
    print(f"{len(left_out)} commands cannot be run here:", *left_out, sep="\n  ")
    return tally.close()


def main(words):
    if words[0] == "--in-copy":
        [tarball] = words[1:]
        try:
            system.require_host()
            system.install(SOURCE, "readme")
        except system.Unavailable as error:
            tally = Tally()
            tally.skip("the commands of the documents", error)
            tally.close()
            return 77
        return system.run_inside(os.path.abspath(__file__), [os.path.abspath(tarball)],
                                 own_network=False)
    if words[0] == "--inside":
        folder, tarball = words[1:]
        [tarball] = system.enter_copy(folder, [tarball])
        os.makedirs("/tmp/unpacked")
        subprocess.run(["tar", "-xf", tarball, "-C", "/tmp/unpacked", "--strip-components=1"],
                       check=True)
        os.chdir("/tmp/unpacked")
        environment = system.build_environment()
        return run_commands(DOCUMENTS, environment)
    return run_commands(words, os.environ)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
