"""The curve of sockets against time, as CSV and as an SVG plot, both axes logarithmic."""
import math

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 30, 50
COLORS = ["#888888", "#c0392b", "#e67e22", "#8e44ad", "#2471a3", "#1a5276", "#1e8449"]


def write(path, curve):
    """`curve`: (sockets, {name: seconds}) in ascending order."""
    names = list(curve[0][1])
    rows = [",".join(["sockets", *(f"{name} (s)" for name in names)])]
    rows += [",".join([str(sockets), *(f"{seconds[name]:.6f}" for name in names)])
             for sockets, seconds in curve]
    path.write_text("\n".join(rows) + "\n")
    path.with_suffix(".svg").write_text(draw(curve, names))


def decades(values):
    return range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)


def tick(exponent, unit=""):
    return f"{10 ** exponent:,}{unit}" if exponent >= 0 else f"{1000 * 10 ** exponent:g} m{unit}"


def draw(curve, names):
    x_decades = decades([sockets for sockets, _ in curve])
    y_decades = decades([seconds for _, times in curve for seconds in times.values()])

    def across(sockets):
        share = (math.log10(sockets) - x_decades[0]) / (len(x_decades) - 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def down(seconds):
        share = (math.log10(seconds) - y_decades[0]) / (len(y_decades) - 1)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for exponent in x_decades:
        x = across(10 ** exponent)
        parts += [f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#dddddd"/>',
                  f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">'
                  f'{tick(exponent)}</text>']
    for exponent in y_decades:
        y = down(10 ** exponent)
        parts += [f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>',
                  f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
                  f'{tick(exponent, "s" if exponent < 0 else " s")}</text>']
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" '
                 'text-anchor="middle">sockets, in 40 tuples</text>')

    # Labels at the line's ends, from the slowest down, moved apart where they would overlap.
    last_label = -math.inf
    for name in sorted(names, key=lambda name: -curve[-1][1][name]):
        color = COLORS[names.index(name) % len(COLORS)]
        points = " ".join(f"{across(sockets):.1f},{down(times[name]):.1f}"
                          for sockets, times in curve)
        last_label = max(down(curve[-1][1][name]) + 4, last_label + 15)
        parts += [f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>',
                  f'<text x="{WIDTH - RIGHT + 6}" y="{last_label:.1f}" fill="{color}">{name}</text>']
    return "\n".join([*parts, "</svg>"]) + "\n"
