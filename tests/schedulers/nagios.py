"""Nagios Core with Debian's configuration, our commands and our example services, asked through its
command file and status.dat."""

import os
import re
import shutil
import time

from answers import Answer, parse_perfdata, without_columns, without_times
from nrpe import read_commands
from system import make_folder

EXAMPLES = "/usr/share/monitoring-plugins-ephemeral/integrations/nagios/examples/services.cfg"
PLACE = "/etc/nagios4/conf.d/ephemeral.cfg"
CONFIGURATION = "/etc/nagios4/nagios.cfg"
PLUGINS = "/usr/lib/nagios/plugins/"

# Only what is forced is checked, as Debian's own services would use ports; and all of it at once.
SETTINGS = {"execute_service_checks": 0, "execute_host_checks": 0, "status_update_interval": 1,
            "check_result_reaper_frequency": 1, "check_for_updates": 0, "use_syslog": 0,
            "retain_state_information": 0, "check_workers": 2}

MISTAKE = """
define service {
    use                     ephemeral-service
    host_name               localhost
    service_description     Ephemeral mistake
    check_command           check_ephemeral_ports!-w 20:10
}
"""


class Nagios:
    name = "Nagios"

    def __init__(self, host):
        self.host = host
        shutil.copy(EXAMPLES, PLACE)
        for folder in ("/run/nagios4", "/var/lib/nagios4/rw", "/var/lib/nagios4/spool/checkresults",
                       "/var/log/nagios4", "/var/lib/nagios4", "/var/lib/nagios4/spool"):
            make_folder(folder, "nagios")

    def validate(self, tally):
        code, output = self.host.run(["nagios4", "-v", CONFIGURATION], "nagios")
        tally.check("nagios4 -v accepts the files without a warning",
                    code == 0 and re.search(r"Total Warnings: +0\n", output) and
                    re.search(r"Total Errors: +0\n", output), output[-2000:])

    def start(self):
        with open(PLACE) as file:
            examples = file.read()
        with open("/etc/nagios4/conf.d/mistake.cfg", "w") as file:
            file.write(MISTAKE)
        self.services = dict(re.findall(
            r"service_description\s+(.+?)\n\s*check_command\s+(.+?)\n", examples + MISTAKE))
        with open(CONFIGURATION) as file:
            lines = [line for line in file if line.split("=")[0] not in SETTINGS]
        with open(CONFIGURATION, "w") as file:
            file.writelines(lines + [f"{name}={value}\n" for name, value in SETTINGS.items()])
        self.run()

    def run(self):
        self.process = self.host.popen(["nagios4", CONFIGURATION], "nagios", "/tmp/nagios4.log")

    def status(self):
        try:
            with open("/var/lib/nagios4/status.dat") as file:
                text = file.read()
        except OSError:
            return {}
        found = {}
        for block in re.findall(r"^servicestatus \{\n(.*?)^\t\}", text, re.S | re.M):
            values = dict(line.strip("\t").split("=", 1) for line in block.splitlines() if "=" in line)
            found[values["service_description"]] = values
        return found

    def wait(self):
        for _ in range(200):
            if self.services.keys() <= self.status().keys() and os.path.exists("/var/lib/nagios4/rw/nagios.cmd"):
                return
            time.sleep(0.05)
        raise TimeoutError("Nagios does not write status.dat")

    def check_now(self, names):
        now = int(time.time()) + 1  # it knows no fractions
        with open("/var/lib/nagios4/rw/nagios.cmd", "w") as file:
            for name in names:
                file.write(f"[{now}] SCHEDULE_FORCED_SVC_CHECK;localhost;{name};{now}\n")
        for _ in range(300):
            status = self.status()
            if status and all(int(status[name]["last_check"]) >= now for name in names):
                return status
            time.sleep(0.1)
        raise TimeoutError("Nagios does not run the checks")

    # What bursts.py asks for

    CAUSE = "Ephemeral ports"
    WOKEN = {"Ephemeral ports;CRITICAL", "Ephemeral ports by NRPE;CRITICAL"}

    @staticmethod
    def consequences():
        """By NRPE each check has one service, which suits every host; it is also looked at without."""
        with open(EXAMPLES) as file:
            [names] = re.findall(r"dependent_service_description +(.* by NRPE)$", file.read(), re.M)
        return [name for by_nrpe in names.split(",") for name in (by_nrpe.removesuffix(" by NRPE"), by_nrpe)]

    def command(self, *words):
        with open("/var/lib/nagios4/rw/nagios.cmd", "w") as file:
            file.write(f"[{int(time.time())}] {';'.join(words)}\n")

    def run_by_the_clock(self, minute):
        """The length of its unit of time is a setting."""
        self.process.terminate()
        self.process.wait()
        with open(CONFIGURATION) as file:
            text = re.sub(r"^interval_length=.*", f"interval_length={minute:.0f}", file.read(), flags=re.M)
        with open(CONFIGURATION, "w") as file:
            file.write(text)
        self.run()
        self.wait()
        for name in self.status().keys() - self.services.keys():
            self.command("DISABLE_SVC_CHECK", "localhost", name)
        self.command("START_EXECUTING_SVC_CHECKS")
        for _ in range(4):  # until all is in a hard state
            self.check_now(self.services)

    def is_bad(self, name, hard=False):
        service = self.status().get(name, {"current_state": "0"})
        return service["current_state"] != "0" and (service["state_type"] == "1" or not hard)

    def log(self):
        with open("/var/log/nagios4/nagios.log", errors="replace") as file:
            return file.read()

    def forget_notifications(self):
        self.known = len(self.log())

    def notifications(self):
        return {f"{name};{state}" for name, state in re.findall(
            r"SERVICE NOTIFICATION: [^;]*;localhost;([^;]*);([^;]*);", self.log()[self.known:])}

    def test(self, tally, situation, by_nrpe=False):
        """The services that run a check here; or those that have NRPE run it."""
        states, commands = set(), read_commands()
        services = {name: command for name, command in self.services.items()
                    if by_nrpe == command.startswith("check_ephemeral_nrpe!")}
        status = self.check_now(services)
        for name, command in services.items():
            check, _, options = command.partition("!")
            words = (commands[options] if by_nrpe else f"{PLUGINS}{check} {options}").split()
            title = f"Nagios: {name} if the host is {situation}"
            own = self.own(words, by_nrpe)
            found = self.found(status[name], by_nrpe)
            if found != own:
                # A check that asks the kernel does so by a socket, which one beside it may see.
                own = self.own(words, by_nrpe)
                found = self.found(self.check_now([name])[name], by_nrpe)
            tally.equal(title, found, own)
            states.add(own.state)
        return states

    def own(self, words, by_nrpe):
        answer = Answer(*self.host.run(words, "nagios"))
        answer.text = answer.text.replace(";", ":")  # as Nagios does
        return self.reduce(answer) if by_nrpe else answer

    def found(self, status, by_nrpe):
        answer = Answer(int(status["current_state"]), status["plugin_output"])
        answer.perfdata = parse_perfdata(without_times(status["performance_data"]))
        answer.details = without_columns(status["long_plugin_output"].replace("\\n", "\n"))
        return self.reduce(answer) if by_nrpe else answer

    @staticmethod
    def reduce(answer):
        """Without the figures, in all of which check_nrpe's own connections from this host may show."""
        answer.text = answer.text.partition(" - ")[0]
        answer.details = ""
        answer.perfdata = sorted(answer.perfdata)
        return answer
