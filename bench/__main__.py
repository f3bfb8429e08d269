"""`make bench`: every benchmark, and docs/benchmarks.md written from the figures.

With `--against COMMIT` an earlier commit is measured in the same run, turn by turn. Exits with 1 when a gate is missed.
"""

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bench import calendars, commands, decide, osticket, registry, report, rules, streams
from bench.figures import Figure, table
from bench.sides import ROOT, Side, Worker, asked, sides, workers

PAGE = ROOT / "docs" / "benchmarks.md"


def page(measured: Sequence[Side], started: Sequence[Worker], lines: int, missed: list[str]) -> Iterator[str]:
    """Yield the lines of the page; what misses its gate is added to `missed`."""
    names = [one.name for one in measured]

    def noted(figures: Iterator[Figure]) -> Iterator[Figure]:
        for one in figures:
            if one.missed:
                missed.append(one.what)
            yield one

    yield "<!-- Written by `make bench`. -->"
    yield "# Speeds"
    yield ""
    against = f" against {names[1]}, turn by turn" if len(names) > 1 else ""
    yield (
        f"Commit {names[0]}{against}, {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()},"
        f" {len(os.sched_getaffinity(0))} cores of {platform.machine()}. Read the ratios rather than the times."
    )
    yield "\n## Working-time arithmetic\n"
    yield from _calendars(*started[1:], missed=missed)
    yield "\n## Decisions on one core, ten-event histories\n"
    yield from table(noted(decide.measure(started)), names)
    yield "\n## Loading\n"
    yield from table(noted(rules.measure(started)), names)
    yield ""
    yield from table(noted(registry.measure(started)), names)
    yield "\n## Commands, interpreter start included\n"
    yield from table(noted(commands.measure(measured)), names)
    yield ""
    yield from table(noted(registry.measure_running(measured)), names)
    yield ""
    yield from table(noted(streams.measure(measured, lines)), names)
    yield ""
    yield from table(noted(report.measure(measured[0])), names[:1])
    yield ""
    if osticket.available():
        yield from table(noted(osticket.measure(measured[0])), names)
    else:
        yield "No real osTicket was named in this run, so its figures are missing."


def _calendars(earlier: Worker | None = None, *, missed: list[str]) -> Iterator[str]:
    yield "| what | library | a second | this project is | same answers | note |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    figures = calendars.measure(earlier)
    slow = calendars.missed(figures)
    missed += slow
    own = {one.what: one.per_second for one in figures if one.library == calendars.OWN}
    for one in figures:
        mine = own.get(one.what)
        ratio = f"{mine / one.per_second:,.1f}×" if mine and one.per_second and one.library != calendars.OWN else ""
        speed = "absent" if one.per_second is None else f"{one.per_second:,.0f}"
        same = "" if one.agrees is None else f"{one.agrees:.0%}"
        gate = (
            f"≥ {calendars.GATE:g}× the fastest peer **missed**"
            if one.library == calendars.OWN and one.what in slow
            else ""
        )
        name = f"{one.library} {one.version}".strip()
        yield f"| {one.what} | {name} | {speed} | {ratio} | {same} | {one.note or gate} |"
    yield f"\nThe gate: `add` and `between` at least {calendars.GATE:g} times as fast as the fastest other library."


def main() -> int:
    """Measure everything, write the page, and say which gates were missed."""
    wanted = asked(__doc__, lines=streams.LINES)
    lines: list[str] = []
    missed: list[str] = []
    with sides(wanted.against) as measured, workers(measured) as started:
        for line in page(measured, started, wanted.lines, missed):
            print(line, file=sys.stderr, flush=True)
            lines.append(line)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if missed:
        print(f"gates missed: {'; '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
