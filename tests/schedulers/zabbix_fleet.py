"""500 made-up hosts, whose reports are sent to the server, and the dashboard that names the ten worst."""

import html
import http.cookiejar
import json
import random
import re
import time
import urllib.parse
import urllib.request

from zabbix_server import URL

DASHBOARD = "/usr/share/monitoring-plugins-ephemeral/integrations/zabbix/fleet_dashboard.json"
HOSTS, SHOWN = 500, 10
USABLE = 28232
GROUP = "The fleet"


def made_up_report(real, used, source, destination):
    """A real report with other figures, all of which go together."""
    report = json.loads(real)
    usage = round(100 * used / USABLE, 1)
    for label, value in {"usage": usage, "used": used, "left": USABLE - used, "held": 0,
                         "projected": usage, "range_size": USABLE, "tuples": 1,
                         "sockets": used}.items():
        report["metrics"][label]["value"] = value
    report["tables"]["tuples"] = [dict(
        report["tables"]["tuples"][0], used=used, left=USABLE - used, source=source,
        destination=destination)]
    return json.dumps(report)


def made_up_figures():
    """Host by host: used ports, source and destination. Ten are worse than all others."""
    numbers = random.Random(500)
    figures = {}
    for number in range(HOSTS):
        destination = f"198.51.100.{number % 40 + 1}:{numbers.choice((443, 5432, 6379))}"
        source = f"192.0.2.{number % 250 + 1}"
        figures[f"web{number + 1:03}"] = (numbers.randrange(200, 14000), source, destination)
    for name in numbers.sample(sorted(figures), SHOWN):
        figures[name] = (numbers.randrange(15000, USABLE), *figures[name][1:])
    return figures


class Browser:
    """A session with the frontend."""

    def __init__(self):
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        words = urllib.parse.urlencode({"name": "Admin", "password": "zabbix", "enter": "Sign in"})
        self.open("index.php", words.encode())
        page = self.open("zabbix.php?action=dashboard.list")
        self.token = re.search(r'name="csrf-token" content="(\w+)"', page)[1]

    def open(self, page, body=None, kind="application/x-www-form-urlencoded"):
        request = urllib.request.Request(URL + page, body, {"Content-Type": kind})
        with self.opener.open(request, timeout=60) as answer:
            return answer.read().decode()

    def ask(self, action, **words):
        """As the page's script does."""
        return json.loads(self.open(f"zabbix.php?action={action}&sid={self.token}",
                                    json.dumps(words).encode(), "application/json"))


def text_of(cell):
    """What a hint says in full, if there is one."""
    hint = re.search(r'class="hintbox-wrap">(.*?)</div>', cell, re.S)
    return html.unescape(re.sub(r"<[^>]*>", "", hint[1] if hint else cell))


def ask_widget(browser, widget):
    """Its rows, from the top, and how long the frontend took."""
    fields = {field["name"]: field["value"] for field in widget["fields"]}
    start = time.monotonic()
    answer = browser.ask("widget.tophosts.view", name=widget["name"], fields=json.dumps(fields))
    took = time.monotonic() - start
    rows = re.findall(r"<tr>(.*?)</tr>", answer.get("body", ""), re.S)
    cells = [[text_of(cell) for cell in re.findall(r"<td.*?</td>", row, re.S)] for row in rows]
    return [row for row in cells if row], took, answer


def test(tally, host, server, trapper):
    """The dashboard's number."""
    if server.version >= (6, 4):
        tally.skip("a fleet's dashboard", "its fields are those of Zabbix 6.0")
        return None
    host.connect(0)
    host.set("ip_local_port_range", "40000 40063")
    host.connect(12)
    _, real = host.run(["/usr/lib/nagios/plugins/check_ephemeral_ports", "--output-format=json"],
                       "zabbix")
    figures = made_up_figures()
    trapper.add_hosts(list(figures), GROUP, trapper.make_small_template("ports"))
    tally.note(f"{HOSTS} hosts are linked")
    now = int(time.time())
    trapper.send([(name, "ports", now, made_up_report(real, *words))
                  for name, words in figures.items()])
    with open(DASHBOARD) as file:
        dashboard = json.load(file)
    number = server.call("dashboard.create", **dashboard, private=0)["dashboardids"][0]
    [widget] = dashboard["pages"][0]["widgets"]
    worst = sorted(figures, key=lambda name: -figures[name][0])[:SHOWN]
    wanted = [[name, figures[name][2], figures[name][1]] for name in worst]
    browser = Browser()
    end = time.monotonic() + 120
    while True:
        rows, _, answer = ask_widget(browser, widget)
        found = [row[:3] for row in rows]
        if found == wanted or time.monotonic() > end:
            break
        time.sleep(1)
    tally.check("the ten worst of 500 hosts are named, with both ends of their worst tuples", found == wanted,
                f"{found}\n     {wanted}\n     {str(answer)[:1500]}")
    # The fastest: what else this machine does is not the widget's.
    took = min(ask_widget(browser, widget)[1] for _ in range(5))
    tally.note(f"the frontend names them in {took:.2f} s")
    return number
