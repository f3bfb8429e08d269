"""`make bench-many`: the sync of a million open tickets, and docs/many-tickets.md written from the figures.

The helpdesk (`bench.many_tickets`) makes its tickets as they are asked for, in a process of its own; each answer takes a round
trip. Exits with 1 when a gate is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.commands import prepared, run
from bench.sides import ROOT, Side, sides

PAGE = ROOT / "docs" / "many-tickets.md"
SECONDS, MEBIBYTES, STATE = 600.0, 128.0, 100.0
"""Gates for a million: seconds of a full scan, MiB of memory, MiB of the state file."""

_HEAD = """<!-- Written by `make bench-many`. -->
# Many tickets

Commit {commit}, {day}: `sla-bridge sync` over {count:,} open tickets with ten events each; every request takes a round trip of
{milliseconds:g} ms. The helpdesk is a generator of tickets that speaks the contract and shares {cores} cores with the bridge:
these are the bridge's own figures, not osTicket's. Memory is the largest the process was; the state is its file at the end.

| pass | wall | the bridge's processor time | a ticket | memory | state | written | gate |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a pass took: seconds of the wall and of the processor, MiB, tickets examined and written; `at_most` are the seconds
    that it may take for a million, None where no gate says."""

    at_most: float | None
    wall: float
    processor: float
    memory: float
    examined: int
    written: int

    def missed(self, count: int, state: float) -> bool:
        """Return whether a gate is missed; those of time and state are for a million and shrink with the number."""
        share = count / 1_000_000
        too_long = self.at_most is not None and self.wall > self.at_most * share
        return too_long or self.memory > MEBIBYTES or state > STATE * share

    def row(self, what: str, count: int, state: float) -> str:
        """Return the pass as a row of the page."""
        seconds = "" if self.at_most is None else f"{self.at_most * count / 1e6:.0f} s, "
        gate = f"≤ {seconds}{MEBIBYTES:.0f} MiB, {STATE * count / 1e6:.0f} MiB"
        mark = " **missed**" if self.missed(count, state) else ""
        each = f"{self.processor / self.examined * 1e6:.0f} µs" if self.examined else ""
        cells = (
            what,
            f"{self.wall:.0f} s",
            f"{self.processor:.0f} s",
            each,
            f"{self.memory:.0f} MiB",
            f"{state:.0f} MiB",
        )
        return f"| {' | '.join(cells)} | {self.written:,} | {gate}{mark} |"


def main() -> int:
    """Measure, write the page, and say whether a gate was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.many", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--milliseconds", type=float, default=10.0, help="a round trip")
    wanted = parser.parse_args()
    with sides(None) as (side,), tempfile.TemporaryDirectory(dir="/var/tmp") as scratch:
        lines = _HEAD.format(
            commit=side.name,
            day=f"{datetime.now(UTC):%Y-%m-%d}",
            count=wanted.tickets,
            milliseconds=wanted.milliseconds,
            cores=len(os.sched_getaffinity(0)),
        ).splitlines()
        missed = False
        for what, measured, state in _passes(side, Path(scratch), wanted.tickets, wanted.milliseconds):
            lines.append(measured.row(what, wanted.tickets, state))
            missed |= measured.missed(wanted.tickets, state)
            print(lines[-1], file=sys.stderr, flush=True)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return int(missed)


def _passes(side: Side, scratch: Path, count: int, milliseconds: float) -> Iterator[tuple[str, Measured, float]]:
    """Yield each pass with what it took and the size of the state behind it."""
    with _helpdesk(side, count, scratch / "kept.sqlite3", milliseconds) as (url, key):
        environment = prepared(side, scratch, url, key)
        run(side.command("setup"), environment)
        for what, arguments, at_most in (
            ("the first sync", (), None),
            ("a full scan, nothing to write", ("--all",), SECONDS),
            ("an idle pass", (), None),
        ):
            measured = _measured(side.command("sync", "--json", *arguments), environment, at_most)
            yield what, measured, (scratch / "state" / "state.sqlite3").stat().st_size / 2**20


@contextmanager
def _helpdesk(side: Side, count: int, file: Path, milliseconds: float) -> Iterator[tuple[str, str]]:
    """Yield address and key of the generator, which runs until the block ends."""
    command = [sys.executable, "-P", "-m", "bench.many_tickets", str(count), str(file), str(milliseconds)]
    with subprocess.Popen(
        command, env=side.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            url, key = process.stdout.readline().split() if process.stdout else ("", "")
            yield url, key
        finally:
            process.kill()


def _measured(command: list[str], environment: dict[str, str], at_most: float | None) -> Measured:
    """Run a pass and return what it took. Raises CalledProcessError when it fails."""
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+") as answer:
        process = subprocess.Popen(command, env=environment, stdout=answer)
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
        answer.seek(0)
        report: dict[str, Any] = json.load(answer)
    return Measured(
        at_most=at_most,
        wall=time.monotonic() - begun,
        processor=used.ru_utime + used.ru_stime,
        memory=used.ru_maxrss / 1024,
        examined=report["examined"],
        written=report["written"],
    )


if __name__ == "__main__":
    sys.exit(main())
