"""Hosts that the Zabbix server is told of, rather than that it looks at: reports with a time of their own,
in the protocol of zabbix_sender.

The template's items become trapper items for that, until it is imported again. All that follows from a
report is the server's own work: preprocessing, discovery, triggers at the report's time, dashboards.
"""

import json
import socket
import struct
import time

SERVER = ("127.0.0.1", 10051)
TRAPPER = "2"


class Trapper:
    def __init__(self, server, template):
        self.server = server
        [found] = server.call("template.get", filter={"host": template})
        self.template = found["templateid"]
        items = server.call("item.get", templateids=self.template, output=["itemid", "key_"],
                            filter={"type": "0"})
        self.keys = {item["key_"].partition("[")[0].split(".")[1]: item["key_"] for item in items}
        server.call("item.update", *({"itemid": item["itemid"], "type": TRAPPER, "delay": "0"}
                                     for item in items))

    def add_hosts(self, names, group, template=None):
        """Their numbers, by name."""
        group = self.server.call("hostgroup.create", name=group)["groupids"][0]
        hosts = [{"host": name, "groups": [{"groupid": group}],
                  "templates": [{"templateid": template or self.template}]} for name in names]
        numbers = []
        while len(numbers) < len(hosts):
            some = hosts[len(numbers):len(numbers) + 50]
            numbers += self.server.call("host.create", *some)["hostids"]
        return dict(zip(names, numbers))

    def make_small_template(self, check):
        """The number of another one, which has this check's items alone: quick to link."""
        groups = self.server.call("template.get", templateids=self.template, output=["templateid"],
                                  selectGroups=["groupid"])[0]["groups"]
        number = self.server.call("template.create", host=f"Ephemeral {check} alone",
                                  groups=groups)["templateids"][0]
        items = self.server.call(
            "item.get", templateids=self.template, search={"key_": f"ephemeral.{check}"},
            output=["key_", "name", "type", "value_type", "units", "delay"],
            selectPreprocessing=["type", "params", "error_handler", "error_handler_params"])
        [master] = [item for item in items if item["type"] == TRAPPER]
        items.remove(master)
        for item in [master, *items]:
            del item["itemid"]
            item["hostid"] = number
        created = self.server.call("item.create", master)["itemids"][0]
        self.server.call("item.create", *({**item, "master_itemid": created} for item in items))
        return number

    def send(self, reports):
        """Of (host, check, time, report), until the server knows of them all. It takes in new hosts
        after a second or two."""
        data = [{"host": host, "key": self.keys[check], "clock": clock, "value": report}
                for host, check, clock, report in reports]
        end = time.monotonic() + 30
        while True:
            answer = exchange({"request": "sender data", "data": data})
            if "failed: 0;" in answer["info"]:
                return
            if time.monotonic() > end:
                raise TimeoutError(f"the server does not take the reports: {answer}")
            time.sleep(0.3)

    def wait(self, host, check, clock, seconds=30):
        """Until the server has judged the report of that time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            [item] = self.server.call("item.get", hostids=host, output=["lastclock"],
                                      filter={"key_": f"ephemeral.{check}.state"})
            if int(item["lastclock"]) >= clock:
                return
            time.sleep(0.1)
        raise TimeoutError(f"the server does not judge the report of {check}")


def exchange(message):
    body = json.dumps(message).encode()
    with socket.create_connection(SERVER, timeout=180) as connection:
        connection.sendall(b"ZBXD\1" + struct.pack("<II", len(body), 0) + body)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return json.loads(answer[13:])
