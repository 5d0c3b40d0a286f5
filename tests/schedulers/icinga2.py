"""Icinga 2 with our check commands from its template library's folder and our example services,
asked by its API."""

import base64
import json
import os
import re
import shutil
import ssl
import subprocess
import time
import urllib.parse
import urllib.request

from answers import Answer, parse_perfdata, without_columns, without_times
from system import make_folder

EXAMPLES = "/usr/share/monitoring-plugins-ephemeral/integrations/icinga2/examples/services.conf"
CONFIGURATION = "/etc/icinga2/test.conf"
PORT = 5665
NAME = "host.example.com"
ZONE = "/etc/icinga2/zones.d/" + NAME

MAIN = """
include "constants.conf"
include <itl>
include <plugins>
include <plugins-contrib>
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
object CheckerComponent "checker" { }
object NotificationComponent "notification" { }
object ApiListener "api" { bind_host = "127.0.0.1"; bind_port = 5665 }
object ApiUser "test" { password = "test"; permissions = [ "*" ] }
"""

HOST = """
object Host "app1" {
  check_command = "dummy"
  enable_active_checks = false
  vars.ephemeral = true
  vars.agent_endpoint = NodeName
  vars.ephemeral_destinations["database"] = "127.0.0.1:5432"
}
object User "oncall" { }
object NotificationCommand "note" {
  command = [ "/bin/sh", "-c", "echo \\"$$0;$$1\\" >> /tmp/icinga2.notifications", "$service.name$", "$service.state$" ]
}
apply Notification "oncall" to Service {
  command = "note"
  users = [ "oncall" ]
  interval = 0
  assign where match("ephemeral-*", service.name)
}
"""
NOTIFICATIONS = "/tmp/icinga2.notifications"

# Custom variables, and the words that Icinga is to make of them.
VARIABLES = {
    "ports by variables": (
        "ephemeral_ports",
        {"ephemeral_ports_warning": "10", "ephemeral_ports_critical": 20,
         "ephemeral_ports_ipv4": True, "ephemeral_ports_ipv6": False,
         "ephemeral_ports_time_wait": "count", "ephemeral_ports_top": 3,
         "ephemeral_ports_exclude": ["192.0.2.0/24", "198.51.100.7:443"],
         "ephemeral_ports_timeout": 9},
        ["--warning", "10", "--critical", "20", "--ipv4", "--time-wait", "count", "--top", "3",
         "--exclude", "192.0.2.0/24", "--exclude", "198.51.100.7:443", "--timeout", "9"]),
    "ports with a mistake": (
        "ephemeral_ports", {"ephemeral_ports_warning": "20:10"}, ["--warning", "20:10"]),
    "probe of two": (
        "ephemeral_probe",
        {"ephemeral_probe_address": ["127.0.0.1:5432", "[::1]:5432"], "ephemeral_probe_bind": True},
        ["--bind", "127.0.0.1:5432", "[::1]:5432"]),
}


def read_quiet_commands():
    """Of the checks whose alarm CAUSE explains, as the examples have them."""
    with open(EXAMPLES) as file:
        [commands] = re.findall(r"service\.check_command in \[(.*)\]", file.read())
    return re.findall(r'"(\w+)"', commands)


def run_icinga(*words):
    return ["icinga2", "--no-stack-rlimit", *words]


class Icinga2:
    name = "Icinga 2"

    def __init__(self, host):
        self.host = host
        for folder in ("/run/icinga2", "/var/lib/icinga2/certs", "/var/lib/icinga2",
                       "/var/log/icinga2", "/var/cache/icinga2", "/var/spool/icinga2"):
            make_folder(folder, "nagios")
        if os.path.exists("/var/lib/icinga2/icinga2.state"):
            os.remove("/var/lib/icinga2/icinga2.state")
        self._make_certificate()
        services = "".join(
            f'object Service "{name}" {{\n  host_name = "app1"\n  check_command = "{command}"\n' +
            "".join(f"  vars.{key} = {json.dumps(value)}\n" for key, value in values.items()) +
            "}\n" for name, (command, values, _) in VARIABLES.items())
        # Where command_endpoint is used, all belongs into the zone's folder.
        os.makedirs(ZONE)
        shutil.copy(EXAMPLES, ZONE + "/ephemeral.conf")
        with open(ZONE + "/app1.conf", "w") as file:
            file.write(HOST + services)
        with open(CONFIGURATION, "w") as file:
            file.write(MAIN)
        with open("/etc/icinga2/constants.conf") as file:
            constants = file.read()
        with open("/etc/icinga2/constants.conf", "w") as file:
            file.write(f'const NodeName = "{NAME}"\n{constants}')
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.context = context

    def _make_certificate(self):
        certificates = "/var/lib/icinga2/certs/"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=" + NAME, "-keyout", certificates + NAME + ".key", "-out",
                        certificates + NAME + ".crt"], check=True, stderr=subprocess.DEVNULL)
        shutil.copy(certificates + NAME + ".crt", certificates + "ca.crt")
        for file in os.listdir(certificates):
            shutil.chown(certificates + file, "nagios", "nagios")

    def validate(self, tally):
        """Debian's own configuration, set up for agents, with our example services in its zone's folder."""
        os.symlink("../features-available/api.conf", "/etc/icinga2/features-enabled/api.conf")
        code, output = self.host.run(run_icinga("daemon", "-C"), "nagios", timeout=60)
        warnings = [line for line in output.splitlines() if " warning/" in line or "critical/" in line]
        tally.check("icinga2 daemon -C accepts the files without a warning",
                    code == 0 and not warnings, output[-2000:])

    def start(self):
        self.host.popen(run_icinga("daemon", "-c", CONFIGURATION), "nagios", "/tmp/icinga2.log")
        self.host.relay(PORT)

    def call(self, path, body=None):
        request = urllib.request.Request(
            f"https://127.0.0.1:{PORT}/v1/{path}", headers={
                "Authorization": "Basic " + base64.b64encode(b"test:test").decode(),
                "Accept": "application/json"},
            data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, context=self.context, timeout=10) as answer:
            return json.load(answer)["results"]

    def services(self):
        return {service["attrs"]["name"]: service["attrs"]
                for service in self.call("objects/services")}

    def wait(self):
        complaint = "it has no service"
        for _ in range(300):
            try:
                if self.services():
                    return
            except OSError as error:
                complaint = error
            time.sleep(0.1)
        with open("/tmp/icinga2.log", errors="replace") as log:
            raise TimeoutError(f"Icinga 2 does not answer: {complaint}\n{log.read()[-2000:]}")

    def check_now(self, only=None):
        """The services, each with the result of a check that began after this call."""
        start = time.time()
        chosen = f"service.name == {json.dumps(only)}" if only else "true"
        self.call("actions/reschedule-check", {"type": "Service", "filter": chosen, "force": True})
        for _ in range(200):
            services = self.services()
            results = [service["last_check_result"] for name, service in services.items()
                       if only in (None, name)]
            if all(result and result["execution_start"] >= start for result in results):
                return services
            time.sleep(0.1)
        raise TimeoutError("Icinga 2 does not run the checks: " +
                           repr([name for name, service in services.items()
                                 if not service["last_check_result"]]))

    # What bursts.py asks for

    CAUSE = "ephemeral-ports"
    WOKEN = {"ephemeral-ports;CRITICAL"}

    @staticmethod
    def consequences():
        """Where a check has a service for each destination, HOST's."""
        with open(EXAMPLES) as file:
            commands = dict(re.findall(r'^apply Service "(.+?)".*?\n  check_command = "(\w+)"$',
                                       file.read(), re.M | re.S))
        quiet = read_quiet_commands()
        return [name + "database" if name.endswith(" ") else name
                for name, command in commands.items() if command in quiet]

    def run_by_the_clock(self, minute):
        for name, service in self.services().items():
            attributes = {key: service[key] / 60 * minute for key in ("check_interval", "retry_interval")}
            self.call("objects/services/" + urllib.parse.quote(f"app1!{name}", safe=""),
                      {"attrs": attributes})
        for _ in range(4):  # until all is in a hard state
            self.check_now()

    def is_bad(self, name, hard=False):
        service = self.services()[name]
        return service["state"] > 0 and (service["state_type"] == 1 or not hard)

    @staticmethod
    def forget_notifications():
        if os.path.exists(NOTIFICATIONS):
            os.remove(NOTIFICATIONS)

    @staticmethod
    def notifications():
        if not os.path.exists(NOTIFICATIONS):
            return set()
        with open(NOTIFICATIONS) as file:
            return set(file.read().splitlines())

    def test(self, tally, situation):
        states = set()
        for name, service in sorted(self.check_now().items()):
            command = service["last_check_result"]["command"]
            title = f"Icinga 2: {name} if the host is {situation}"
            if name in VARIABLES and not tally.equal(title + ", its words", sorted(command[1:]),
                                                     sorted(VARIABLES[name][2])):
                continue
            own = Answer(*self.host.run(command, "nagios"))
            if self.found(service) != own:
                # A check that asks the kernel does so by a socket, which one beside it may see.
                service = self.check_now(name)[name]
                own = Answer(*self.host.run(command, "nagios"))
            tally.equal(title, self.found(service), own)
            tally.equal(title + ", its state", int(service["state"]), own.state)
            states.add(own.state)
        return states

    @staticmethod
    def found(service):
        result = service["last_check_result"]
        text, _, details = result["output"].rstrip("\n").partition("\n")
        answer = Answer(int(result["exit_status"]), text)
        answer.details = without_columns(details)
        answer.perfdata = parse_perfdata(without_times(" ".join(result["performance_data"])))
        return answer
