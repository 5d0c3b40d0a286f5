"""500 hosts in a real Prometheus, with our rules, and an Alertmanager that is told which alert quiets
which.

Their figures are made up; names and labels are those of a check's real output. Two more hosts run
out of ports, one for a minute and one for good, as a timer that runs once a minute would see it.
"""

import http.server
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

HOSTS, WORST = 500, 10
FIGURES, PROMETHEUS, ALERTMANAGER = "127.0.0.1:9201", "127.0.0.1:9202", "127.0.0.1:9203"
TIMER, BURST, PATIENCE = 60, 60, 240
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
GENEROUS = 5  # s, for a query; what one takes is reported


def name_of(number):
    return f"host-{number:03}"


def usage_of(number):
    """From 10.0 to 59.9 %, each once, in no order."""
    return (100 + number * 137 % HOSTS) / 10


def destination_of(number):
    return f"10.0.{number % 40}.5:5432"


def used_of(number):
    return int(usage_of(number) * 282)


def set_figure(text, name, value):
    """The first sample of that name is this host's; others would only be alike."""
    return re.sub(rf"^({name}(?:{{.*}})?) \S+$", rf"\g<1> {value}", text, flags=re.M)


class Figures:
    """What each host serves, made from what the checks print."""

    def __init__(self, text):
        self.text = text.replace("# EOF\n", "")
        self.begin = None  # of the shortage

    def of_host(self, number):
        text = set_figure(self.text, "ephemeral_ports_usage_ratio", usage_of(number) / 100)
        text = set_figure(text, "ephemeral_ports_tuple_usage_ratio", usage_of(number) / 100)
        text = set_figure(text, "ephemeral_ports_tuple_used", used_of(number))
        return re.sub(r'destination="[^"]*"', f'destination="{destination_of(number)}"', text)

    def of_patient(self, name):
        """With the figures of the timer's last run."""
        now = time.monotonic()
        ran = now - (now - self.begin) % TIMER if self.begin else 0
        is_short = bool(self.begin) and (name == "lasting" or ran < self.begin + BURST)
        text = self.text
        for metric, usual, short in (("ports_usage_ratio", 0.1, 0.95), ("ports_state", 0, 2),
                                     ("binds_usage_ratio", 0.1, 0.95), ("binds_state", 0, 2),
                                     ("probe_state", 0, 2)):
            text = set_figure(text, f"ephemeral_{metric}", short if is_short else usual)
        return text

    def of(self, name):
        number = name.removeprefix("host-")
        return self.of_host(int(number)) if number.isdigit() else self.of_patient(name)


def serve(figures):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = figures.of(self.path.strip("/")).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    address, port = FIGURES.split(":")
    server = http.server.ThreadingHTTPServer((address, int(port)), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def ask(address, path, **words):
    query = "?" + urllib.parse.urlencode(words) if words else ""
    with DIRECT.open(f"http://{address}{path}{query}", timeout=30) as answer:
        return json.load(answer)


def query(expression, **words):
    path = "/api/v1/query_range" if "step" in words else "/api/v1/query"
    return ask(PROMETHEUS, path, query=expression, **words)["data"]["result"]


def await_that(condition, what, seconds):
    """When it came true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return time.monotonic()
        except OSError:
            pass
        time.sleep(0.5)
    raise TimeoutError(f"not within {seconds} s: {what}")


class Fleet:
    def __init__(self, text, rules, inhibition, folder, has_nat):
        self.figures = Figures(text)
        self.has_nat = has_nat
        self.rules, self.inhibition, self.folder = rules, inhibition, folder

    def start(self, popen):
        """`popen` starts a program, given its words and the file of its log."""
        serve(self.figures)
        names = [name_of(number) for number in range(HOSTS)] + ["burst", "lasting"]
        with open(f"{self.folder}/prometheus.yml", "w") as file:
            json.dump({
                "global": {"scrape_interval": "15s", "scrape_timeout": "10s"},
                "rule_files": [self.rules],
                "alerting": {"alertmanagers": [{"static_configs": [{"targets": [ALERTMANAGER]}]}]},
                "scrape_configs": [{
                    "job_name": "hosts", "static_configs": [{"targets": names}],
                    "relabel_configs": [
                        {"source_labels": ["__address__"], "target_label": "instance"},
                        {"source_labels": ["__address__"], "target_label": "__metrics_path__",
                         "replacement": "/$1"},
                        {"target_label": "__address__", "replacement": FIGURES}]}]}, file)
        with open(self.inhibition) as ours, open(f"{self.folder}/alertmanager.yml", "w") as file:
            file.write("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n" + ours.read())
        popen(["prometheus-alertmanager", f"--config.file={self.folder}/alertmanager.yml",
               f"--storage.path={self.folder}/alertmanager", f"--web.listen-address={ALERTMANAGER}",
               "--cluster.listen-address="], f"{self.folder}/alertmanager.log")
        popen(["prometheus", f"--config.file={self.folder}/prometheus.yml",
               f"--storage.tsdb.path={self.folder}/prometheus", f"--web.listen-address={PROMETHEUS}"],
              f"{self.folder}/prometheus.log")
        await_that(lambda: len(query("ephemeral_ports_usage_ratio")) == HOSTS + 2,
                   "Prometheus has scraped every host", 120)
        self.figures.begin = time.monotonic()

    def test(self, tally, dashboard):
        self.test_shortages(tally)
        self.test_worst(tally)
        self.test_queries(tally, dashboard)

    # Alerts

    @staticmethod
    def alerts(instance):
        """{(check, severity): whether it is quiet} of the Alertmanager."""
        return {(alert["labels"]["check"], alert["labels"]["severity"]):
                bool(alert["status"]["inhibitedBy"])
                for alert in ask(ALERTMANAGER, "/api/v2/alerts", filter=f'instance="{instance}"')}

    def test_shortages(self, tally):
        cause = ("check_ephemeral_ports", "page")
        arrived = await_that(lambda: cause in self.alerts("lasting"), "the page", 2 * PATIENCE)
        took = arrived - self.figures.begin
        tally.check(f"Prometheus: a lasting shortage pages within 4 minutes ({took:.0f} s)",
                    took <= PATIENCE, f"{took:.0f} s")
        # Until everything that the burst could raise has had its time.
        expected = {cause: False, ("check_ephemeral_binds", "page"): True,
                    ("check_ephemeral_probe", "page"): True, ("check_ephemeral_ports", "ticket"): True,
                    ("check_ephemeral_binds", "ticket"): True}
        try:
            await_that(lambda: self.alerts("lasting") == expected, "the tickets", PATIENCE)
        except TimeoutError:
            pass  # what was there instead is told below
        tally.equal("Alertmanager: the cause alone is heard", self.alerts("lasting"), expected)
        tally.check("Prometheus: the burst was seen",
                    query('max_over_time(ephemeral_ports_usage_ratio{instance="burst"}[1h]) > 0.9'))
        tally.equal("Prometheus: a burst of 60 s raises no alert",
                    query('count_over_time(ALERTS{instance="burst",alertstate="firing"}[1h])'), [])

    # The worst

    @staticmethod
    def named(expression, label):
        """From the worst on."""
        found = sorted(query(expression), key=lambda sample: -float(sample["value"][1]))
        return [sample["metric"][label] for sample in found]

    def test_worst(self, tally):
        only = '{instance=~"host-.*"}'
        hosts = sorted(range(HOSTS), key=usage_of, reverse=True)[:WORST]
        tally.equal("a fleet: the ten worst hosts are named",
                    self.named(f"topk({WORST}, max by (instance) (ephemeral_ports_usage_ratio{only}))",
                               "instance"), [name_of(number) for number in hosts])
        tally.equal("a fleet: the destinations of the ten worst tuples are named",
                    self.named(f"topk({WORST}, ephemeral_ports_tuple_usage_ratio{only})", "destination"),
                    [destination_of(number) for number in hosts])
        total = {}
        for number in range(HOSTS):
            total[destination_of(number)] = total.get(destination_of(number), 0) + used_of(number)
        most = sorted(total, key=total.get, reverse=True)[:WORST]
        tally.equal("a fleet: the ten destinations that take most ports of all hosts are named",
                    self.named(f"topk({WORST}, destination:ephemeral_ports_tuple_used:sum)",
                               "destination"), most)

    def test_queries(self, tally, dashboard):
        """Each that the fleet's dashboard asks."""
        with open(dashboard) as file:
            panels = json.load(file)["panels"]
        now, longest = time.time(), ("", 0)
        for panel in panels:
            for target in panel["targets"]:
                words = {} if target.get("instant") else {"start": now - 6 * 3600, "end": now, "step": 60}
                begin = time.monotonic()
                found = query(target["expr"], **words)
                longest = max(longest, (target["expr"], time.monotonic() - begin), key=lambda each: each[1])
                name = f"a fleet: {panel['title']} shows something"
                if not found and "ephemeral_nat_tuple" in target["expr"] and not self.has_nat:
                    tally.skip(name, "this kernel tracks no connection")
                elif not found:
                    tally.check(name, False, target["expr"])
        tally.check(f"a fleet of {HOSTS}: no query of the dashboard is slow ({longest[1] * 1000:.0f} ms)",
                    longest[1] < GENEROUS, longest[0])
