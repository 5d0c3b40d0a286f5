"""Whom a scheduler wakes: nobody for a burst of a minute; for ports that stay gone somebody within four
minutes, and for the cause alone.

The schedulers' own clocks run the checks at the intervals of the examples, all of which are divided by
the same number: a minute of theirs takes some seconds. The host's ports are really gone meanwhile.
"""

import time

MINUTE = 6.0  # in seconds
BURST = 1.25 * MINUTE  # which no check can miss, even if it is late
CALM, GONE = 12, 64  # connections, of 64 ports
TIME_WAITS = 20


def calm_down(host):
    host.connect(CALM)
    host.set("tcp_max_tw_buckets", 10000)


def take_all(host):
    """The ports are gone, and with them those of bind(), and the room for TIME_WAIT."""
    host.make_time_wait(host.time_wait() + TIME_WAITS)
    host.connect(GONE)
    host.set("tcp_max_tw_buckets", TIME_WAITS)


def settle(host, schedulers):
    host.connect(0)
    host.set("ip_local_port_range", "40000 40063")
    calm_down(host)
    for scheduler in schedulers:
        scheduler.run_by_the_clock(MINUTE)


def wait_until(seconds, ready):
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        time.sleep(0.2)


def test(tally, host, schedulers):
    settle(host, schedulers)
    for scheduler in schedulers:
        scheduler.forget_notifications()

    seen = dict.fromkeys([scheduler.name for scheduler in schedulers], False)

    def look_for(seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for scheduler in schedulers:
                seen[scheduler.name] |= scheduler.is_bad(scheduler.CAUSE)
            time.sleep(0.2)

    take_all(host)
    look_for(BURST)
    calm_down(host)
    look_for(2 * MINUTE)  # nothing may happen in it
    for scheduler in schedulers:
        tally.check(f"{scheduler.name}: a burst of a minute is seen", seen[scheduler.name])
        tally.equal(f"{scheduler.name}: a burst of a minute wakes nobody",
                    scheduler.notifications(), set())

    take_all(host)
    start = time.monotonic()
    for scheduler in schedulers:
        left = 4 * MINUTE - (time.monotonic() - start)
        wait_until(left, lambda: scheduler.notifications() >= scheduler.WOKEN)
        tally.check(f"{scheduler.name}: ports that stay gone wake somebody within four minutes",
                    scheduler.notifications() >= scheduler.WOKEN, scheduler.notifications())
    for scheduler in schedulers:
        for name in scheduler.consequences():
            wait_until(3 * MINUTE, lambda: scheduler.is_bad(name, hard=True))
            tally.check(f"{scheduler.name}: {name} is in a hard state, too",
                        scheduler.is_bad(name, hard=True))
    time.sleep(MINUTE)  # for a notification that may not come
    for scheduler in schedulers:
        tally.equal(f"{scheduler.name}: what follows from it wakes nobody",
                    scheduler.notifications(), scheduler.WOKEN)
    calm_down(host)
