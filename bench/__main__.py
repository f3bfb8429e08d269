"""`make bench`: every benchmark, and docs/benchmarks.md written from the figures."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import agreements, calendars, commands, decide, osticket

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


def page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield "<!-- Written by `make bench`. -->"
    yield "# Speeds"
    yield ""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    yield (
        f"Commit {commit or 'unknown'}, {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()},"
        f" {len(os.sched_getaffinity(0))} cores of {platform.machine()}. Read the ratios rather than the times."
    )
    yield from _calendars()
    yield from _decide()
    yield from _commands()


def _calendars() -> Iterator[str]:
    yield "\n## Working-time arithmetic\n"
    yield "| what | library | a second | this project is | same answers | note |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    figures = calendars.measure()
    own = {one.what: one.per_second for one in figures if one.library == calendars.OWN}
    for one in figures:
        mine = own.get(one.what)
        ratio = f"{mine / one.per_second:,.1f}×" if mine and one.per_second and one.library != calendars.OWN else ""
        speed = "absent" if one.per_second is None else f"{one.per_second:,.0f}"
        same = "" if one.agrees is None else f"{one.agrees:.0%}"
        yield f"| {one.what} | {one.library} {one.version} | {speed} | {ratio} | {same} | {one.note} |"


def _decide() -> Iterator[str]:
    yield "\n## Decisions on one core, ten-event histories\n"
    yield "| what | tickets a second | each |"
    yield "| --- | ---: | ---: |"
    for name, seconds in decide.measure():
        yield f"| {name} | {1 / seconds:,.0f} | {seconds * 1e6:.1f} µs |"


def _commands() -> Iterator[str]:
    yield "\n## Commands, interpreter start included\n"
    yield "| what | seconds | gate | empty Python programs | note |"
    yield "| --- | ---: | ---: | ---: | --- |"
    figures = [*commands.measure(), *agreements.measure(), *(osticket.measure() if osticket.available() else ())]
    for one in figures:
        yield f"| {one.what} | {one.seconds:.2f} | {one.gate:.2f} | {one.empty_programs:.1f} | {one.note} |"
    if not osticket.available():
        yield "\nNo real osTicket was named in this run, so its figures are missing."


if __name__ == "__main__":
    lines = []
    for line in page():
        print(line, file=sys.stderr)
        lines.append(line)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
