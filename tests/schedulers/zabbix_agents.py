"""The Zabbix agent and agent 2 with Debian's configuration and our items, asked by zabbix_get."""

import re
import subprocess
import time

from answers import parse_report
from system import make_folder


# The options that the template gives, and a mistake in each check's.
OPTIONS = {"ports": ["", "--top 10", "-w 10 -c 20", "--exclude 192.0.2.0/24", "--nonsense"],
           "binds": ["", "--top=x"],
           "probe": ["--bind", "--bind -w 0", "127.0.0.1:5432", ""]}


class ZabbixAgent:
    def __init__(self, host, zabbix_get, name, program, configuration, items, port, extra=()):
        self.host, self.name, self.port = host, name, port
        self.zabbix_get = zabbix_get
        with open(items) as file:
            self.items = dict(re.findall(r"^UserParameter=ephemeral\.(\w+)\[\*\],(.*)$", file.read(),
                                         re.M))
        with open(configuration) as file:
            lines = [line for line in file if not line.startswith("ServerActive=")]
        # Ports and paths; an agent that nobody expects values from has no server to report to.
        lines += [f"\nListenPort={port}\n", "ListenIP=127.0.0.1\n", "LogType=console\n", *extra]
        with open(configuration, "w") as file:
            file.writelines(lines)
        for folder in ("/run/zabbix", "/var/log/zabbix", "/var/log/zabbix-agent"):
            make_folder(folder, "zabbix")
        host.popen([program, "-c", configuration, "-f"], "zabbix", f"/tmp/{program}.log")
        host.relay(port)

    def get(self, key):
        done = subprocess.run([self.zabbix_get, "-s", "127.0.0.1", "-p", str(self.port), "-k", key],
                              capture_output=True, text=True)
        return done.stdout.rstrip("\n")

    def wait(self):
        for _ in range(200):
            if self.get("agent.ping") == "1":
                return
            time.sleep(0.05)
        raise TimeoutError(f"{self.name} does not answer")

    def test(self, tally, situation):
        states = set()
        for check, line in self.items.items():
            for options in OPTIONS.get(check, [""]):
                command = line.replace("$1", options).split()
                title = f"{self.name}: ephemeral.{check}[{options}] if the host is {situation}"
                code, output = self.host.run(command, "zabbix")
                own = parse_report(output)
                found = self.get(f"ephemeral.{check}[{options}]")
                try:
                    found = parse_report(found)
                except ValueError:
                    pass
                tally.equal(title, (found, code), (own, own["state_code"]))
                states.add(code)
        return states


def start_agent(host, zabbix_get):
    return ZabbixAgent(host, zabbix_get, "Zabbix agent", "zabbix_agentd",
                       "/etc/zabbix/zabbix_agentd.conf",
                       "/etc/zabbix/zabbix_agentd.conf.d/ephemeral.conf", 10050)


def start_agent2(host, zabbix_get):
    return ZabbixAgent(host, zabbix_get, "Zabbix agent 2", "zabbix_agent2",
                       "/etc/zabbix/zabbix_agent2.conf",
                       "/etc/zabbix/zabbix_agent2.d/ephemeral.conf", 10052,
                       ["ControlSocket=/run/zabbix/agent2.sock\n"])
