"""The pictures of docs/: the host's dashboard after an hour that was made up, and the fleet's, taken by
headless Chromium.

The hour: four services are connected to; a burst of a minute; then one of them is called without
keep-alive, so that its TIME_WAITs take nearly all ports, until that is mended.
"""

import json
import os
import shutil
import subprocess
import time

from zabbix_server import URL

HOST = "app1.example.com"
LOW, HIGH = 32768, 60999
USABLE = HIGH - LOW + 1
SOURCE = "192.0.2.10"
DATABASE, CACHE = "192.0.2.20:5432", "192.0.2.21:6379"
SEARCH, PAYMENTS = "192.0.2.22:9200", "198.51.100.7:443"
TIME_WAIT_SECONDS = 60
MINUTES = 60
CHECKS = {"ports": [], "binds": [], "timewait": [], "range": [], "probe": ["--bind"]}


def close_rate(minute):
    """Of connections to the database, in a second."""
    if minute == 12:
        return 330
    if minute < 26:
        return 22 + minute % 3
    if minute < 41:
        return 24 + (minute - 25) * 27
    return 427 + minute % 4 if minute < 51 else 23 + minute % 3


def tuples_at(minute):
    """Each destination's established connections, TIME_WAITs and closes in a second."""
    rate = (close_rate(minute - 1) + close_rate(minute)) / 2
    yield DATABASE, 640 + 13 * (minute % 5), round(rate * TIME_WAIT_SECONDS), rate
    yield CACHE, 900 + 7 * (minute % 4), 120 + minute % 9, 2.1
    yield SEARCH, 210 + 5 * (minute % 3), 340 + 11 * (minute % 7), 5.8
    yield PAYMENTS, 40 + minute % 6, 95 + 3 * (minute % 5), 1.6


def share(number):
    return round(100 * number / USABLE, 1)


def figures_at(minute):
    """By check: its metrics, and for some the rows of its table."""
    tuples = sorted(tuples_at(minute), key=lambda row: -(row[1] + row[2]))
    used = tuples[0][1] + tuples[0][2]
    projected = tuples[0][1] + close_rate(minute) * TIME_WAIT_SECONDS
    time_wait = sum(row[2] for row in tuples)
    free = 1.0  # the share of ports on which none of the destinations is connected to
    for _, established, waiting, _ in tuples:
        free *= 1 - (established + waiting) / USABLE
    bound = round(USABLE * (1 - free))
    rows = [{"used": established + waiting, "left": USABLE - established - waiting,
             "established": established, "time_wait": waiting, "source": SOURCE,
             "destination": destination} for destination, established, waiting, _ in tuples]
    return {
        "ports": ({"usage": share(used), "used": used, "left": USABLE - used, "held": 14,
                   "projected": share(projected), "range_size": USABLE, "time_wait": time_wait,
                   "tuples": len(tuples), "sockets": sum(row["used"] for row in rows)}, rows),
        "binds": ({"usage": share(bound), "left": USABLE - bound, "tcp_usage": share(bound),
                   "tcp_left": USABLE - bound, "udp_usage": share(96), "udp_left": USABLE - 96,
                   "range_size": USABLE}, None),
        "timewait": ({"time_wait": time_wait, "time_wait_ephemeral": time_wait, "reusable": 0,
                      "close_rate": round(sum(row[3] for row in tuples), 1),
                      "worst_time_wait": max(row[2] for row in tuples), "overflows": 0,
                      "range_size": USABLE}, rows),
        "range": ({"range_size": USABLE, "low": LOW, "high": HIGH, "reserved": 0,
                   "services_in_range": 0}, None),
        "probe": ({"bind_search_time": 1.1e-6 / free}, None)}


def report_at(minute, check, real):
    """The check's real report with the figures of this hour."""
    report = json.loads(real)
    metrics, rows = figures_at(minute)[check]
    for label, value in metrics.items():
        report["metrics"][label]["value"] = value
    if rows is not None:
        report["tables"][{"ports": "tuples", "timewait": "makers"}[check]] = rows
    if check == "ports":
        report["summary"] = f"{metrics['left']} of {USABLE} ports left from {SOURCE} to " \
            f"{rows[0]['destination']}"
    return json.dumps(report)


def tell_hour(host, trapper):
    """The host's number, once the server has judged it all."""
    real = {check: host.run([f"/usr/lib/nagios/plugins/check_ephemeral_{check}",
                             "--output-format=json", *words], "zabbix")[1]
            for check, words in CHECKS.items()}
    number = trapper.add_hosts([HOST], "Pictures")[HOST]
    start = int(time.time()) - 60 * MINUTES
    for minute in range(MINUTES):
        clock = start + 60 * minute
        trapper.send([(HOST, check, clock, report_at(minute, check, real[check])) for check in CHECKS])
        if minute < 4:  # until the tuples are discovered
            time.sleep(3)
    trapper.wait(number, "ports", clock)
    return number


def take(tally, server, page, size, target):
    """Guests may look without a password, so that the browser needs no session."""
    guest = server.call("user.get", filter={"username": "guest"})[0]["userid"]
    [group] = server.call("usergroup.get", filter={"name": "Zabbix administrators"})
    server.call("user.update", userid=guest, roleid="3", usrgrps=[{"usrgrpid": group["usrgrpid"]}],
                url=page)
    path = "/tmp/picture.png"
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--user-data-dir=/tmp/chromium", "--hide-scrollbars",
         f"--window-size={size}", "--virtual-time-budget=20000", f"--screenshot={path}",
         URL + "index.php?enter=guest"],
        capture_output=True, text=True, timeout=180)
    if tally.check(f"a picture of {page}", os.path.exists(path), done.stderr[-800:]):
        with open(path, "rb") as picture:
            shutil.copyfileobj(picture, target)
        target.close()
        os.remove(path)


def take_both(tally, server, trapper, host, fleet, targets):
    number = tell_hour(host, trapper)
    take(tally, server, f"zabbix.php?action=host.dashboard.view&hostid={number}&from=now-1h&to=now&kiosk=1",
         "1400,2130", targets[0])
    take(tally, server, f"zabbix.php?action=dashboard.view&dashboardid={fleet}&kiosk=1", "1400,440",
         targets[1])
