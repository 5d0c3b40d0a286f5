#!/usr/bin/env python3
"""Draws forecast.svg: what check_ephemeral_ports says each second while one destination's ports go.

Nothing in it is made up: in a network namespace with 1,000 ports, 25 connections a second to one
destination are opened and closed, and the check is asked each second, until connect() fails.

Usage: unshare -Urn python3 draw_forecast.py CHECK FILE.svg, CHECK being the program.
"""
import errno
import json
import pathlib
import socket
import subprocess
import sys
import time

PORTS, RATE = 1000, 25  # ports, and connections a second
WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 30, 50
HIGHEST = 160  # percent
LAST = 45      # seconds


def watch(check):
    """[(seconds, metrics)], and the second in which connect() failed."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    settings = pathlib.Path("/proc/sys/net/ipv4")
    (settings / "ip_local_port_range").write_text(f"40000 {40000 + PORTS - 1}")
    (settings / "tcp_tw_reuse").write_text("0")
    seen = []
    with socket.create_server(("127.0.0.1", 5432)) as server:
        start = time.monotonic()
        for number in range(LAST * RATE):
            time.sleep(max(0, start + number / RATE - time.monotonic()))
            if number % RATE == 0:
                report = json.loads(subprocess.run([check, "--output-format=json"],
                                                   stdout=subprocess.PIPE, check=False).stdout)
                if not report["metrics"]:
                    sys.exit(report["summary"])
                seen.append((time.monotonic() - start,
                             {name: metric["value"] for name, metric in report["metrics"].items()}))
            try:
                client = socket.create_connection(server.getsockname())
            except OSError as error:
                if error.errno != errno.EADDRNOTAVAIL:
                    raise
                return seen, time.monotonic() - start
            accepted = server.accept()[0]
            client.close()
            accepted.close()
    sys.exit("connect() did not fail")


def across(seconds):
    return LEFT + seconds / LAST * (WIDTH - LEFT - RIGHT)


def down(percent):
    return HEIGHT - BOTTOM - percent / HIGHEST * (HEIGHT - TOP - BOTTOM)


def line(name, color, points):
    path = " ".join(f"{across(seconds):.1f},{down(value):.1f}" for seconds, value in points)
    return [f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>',
            f'<text x="{across(points[-1][0]) + 6:.1f}" y="{down(points[-1][1]) + 16:.1f}" '
            f'fill="{color}">{name}</text>']


def moment(seconds, label, y, color):
    return [f'<path d="M{across(seconds):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="{color}" '
            'stroke-dasharray="4 4"/>',
            f'<text x="{across(seconds) + 5:.1f}" y="{y}" fill="{color}">{label}</text>']


def draw(seen, failed):
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for percent in range(0, HIGHEST + 1, 20):
        y = down(percent)
        parts += [f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" '
                  f'stroke="{"#888888" if percent == 100 else "#e4e4e4"}"/>',
                  f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>']
    for seconds in range(0, LAST + 1, 5):
        parts.append(f'<text x="{across(seconds):.1f}" y="{HEIGHT - BOTTOM + 18}" '
                     f'text-anchor="middle">{seconds}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">'
                 f'seconds; {RATE} closes a second to one destination, {PORTS:,} ports</text>')
    known = next(seconds for seconds, metrics in seen if metrics["projected"] > 100)
    warned = next(seconds for seconds, metrics in seen if metrics["usage"] > 66)
    parts += moment(known, f"projected &gt; 100 %: {known:.0f} s", TOP + 12, "#c0392b")
    parts += moment(warned, f"usage &gt; 66 %: {warned:.0f} s", HEIGHT - BOTTOM - 8, "#2471a3")
    parts += moment(failed, f"connect() fails: {failed:.0f} s", HEIGHT - BOTTOM - 26, "#000000")
    parts += line("projected", "#c0392b",
                  [(seconds, metrics["projected"]) for seconds, metrics in seen])
    parts += line("usage", "#2471a3", [(seconds, metrics["usage"]) for seconds, metrics in seen])
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    program, target = sys.argv[1:]
    pathlib.Path(target).write_text(draw(*watch(program)))
