"""What was measured, as tables: for the terminal, and in Markdown for docs/performance.md."""
import os
import re

from costs import BARE_DUMP
from populations import CHECKS
from promises import MIB

BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"


def format_costs(population, programs, costs):
    lines = [f"{population.title} ({len(costs.runs[BARE_DUMP])} rounds"
             + (", busy machine: ratio of processor time)" if costs.busy else ")"),
             f"  {'':29} {'wall ms':>9} {'user ms':>9} {'sys ms':>9} {'asked ms':>9}"
             f" {'peak MiB':>9} {'ratio':>7}"]
    for name in (name for name, program in programs.items() if program.is_shown):
        milliseconds = "".join(f" {1000 * costs.median(name, figure):9.1f}"
                               for figure in ("wall", "user", "system", "asked"))
        lines.append(f"  {name:29}{milliseconds} {costs.median(name, 'peak') / MIB:9.1f}"
                     f" {costs.taken(name, 'ratio'):7.2f}")
    return "\n".join(lines) + "\n"


def format_verdicts(verdicts):
    lines = [f"{'':6} {'measured':>12} {'at most':>12}"]
    for verdict in verdicts:
        measured, at_most = (f"{figure:.2f}{verdict.unit}"
                             for figure in (verdict.measured, verdict.at_most))
        lines.append(f"{verdict.result:6} {measured:>12} {at_most:>12}  {verdict.what}")
    return "\n".join(lines)


def escape(text):
    return text.replace("|", "\\|")


def markdown_table(header, rows):
    return "\n".join(f"| {' | '.join(escape(cell) for cell in row)} |" for row in
                     [header, ["---"] * len(header), *rows])


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.MULTILINE)
    return (f"Linux {os.uname().release}, {os.cpu_count()} processors"
            + (f" ({model[1].strip()})" if model else ""))


def markdown_ratios(measured):
    names = [name for name, program in measured[0][1].items()
             if program.is_shown and program.base.startswith(BARE_DUMP) and name != BARE_DUMP]
    rows = [[population.title + (" (processor time)" if costs.busy else ""),
             *(f"{costs.taken(name, 'ratio'):.2f}" if name in costs.runs else ""
               for name in names)]
            for population, _, costs in measured]
    return markdown_table(["population", *(f"`{name.removeprefix('check_ephemeral')}`"
                                           for name in names)], rows)


def markdown_times(measured):
    """Seconds mean little elsewhere, but one wants to have seen them."""
    names = measured[0][2].checks()
    header = ["population", "bare dump, ms"]
    for name in names:
        short = name.removeprefix("check_ephemeral")
        header += [f"`{short}`, ms", "of which it asked", "MiB"]
    rows = []
    for population, _, costs in measured:
        row = [population.title, f"{1000 * costs.median(BARE_DUMP, 'wall'):.1f}"]
        for name in names:
            row += [f"{1000 * costs.median(name, 'wall'):.1f}",
                    f"{1000 * costs.median(name, 'asked'):.1f}",
                    f"{costs.median(name, 'peak') / MIB:.1f}"]
        rows.append(row)
    return markdown_table(header, rows)


def markdown(measured, verdicts):
    promises = [[verdict.what, f"{verdict.at_most:.2f}{verdict.unit}",
                 f"{verdict.measured:.2f}{verdict.unit}", verdict.result] for verdict in verdicts]
    return "\n\n".join([
        f"{machine()}.",
        markdown_table(["promise", "at most", "measured", ""], promises),
        "Wall time over that of the bare dump before it, the questions' own time taken"
        " off (medians):",
        markdown_ratios(measured),
        "In milliseconds, the questions' time included, and peak memory in MiB (medians):",
        markdown_times(measured)])


def write_markdown(path, text):
    """Puts it between the two marks of a page that has them; anything else it writes anew."""
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        before, after = "", "\n"
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
