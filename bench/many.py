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
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.commands import prepared, run
from bench.sides import ROOT, Side, in_turns, sides
from bridge.sync.memory.archive import archive_folder
from bridge.sync.memory.journal import beside

PAGE = ROOT / "docs" / "many-tickets.md"
SECONDS, MEBIBYTES, STATE, JOURNAL = 600.0, 128.0, 100.0, 100.0
"""Gates for a million: seconds of a full scan, MiB of memory, of the state file, of the undo journal."""

FEW, ROUNDS = 100, 5
IDLE_BYTES, IDLE_TIMES = 1024, 1.2
"""Gates of an idle pass: bytes of the answer, and how many times that over FEW tickets it may take, the least of ROUNDS each."""

_HEAD = """<!-- Written by `make bench-many`. -->
# Many tickets

Commit {commit}, {day}: `sla-bridge sync` over {count:,} open tickets with ten events each; every request takes a round trip of
{milliseconds:g} ms. The helpdesk is a generator of tickets that speaks the contract and shares {cores} cores with the bridge:
these are the bridge's own figures, not osTicket's. Memory is the largest the process was; state, undo journal and archive are
their files at the end.

| pass | wall | the bridge's processor time | a ticket | memory | state | journal | archive | written | gate |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
"""

_MISSED = "**missed**"
_IDLE_HEAD = """
A pass that finds nothing new, the least of {rounds} each; Python's start and the reading of the configuration are in it.

| idle pass over | requests | answered with | written | the bridge's processor time | gate |
| --- | ---: | ---: | ---: | ---: | --- |
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """MiB of what lies on the disk behind a pass."""

    state: float
    journal: float
    archive: float

    @classmethod
    def of(cls, state: Path) -> "Sizes":
        """Return how large the state at that path is, and what lies beside it."""
        kept = archive_folder(state)
        archive = sum(one.stat().st_size for one in kept.iterdir()) if kept.exists() else 0
        return cls(state=_mebibytes(state), journal=_mebibytes(beside(state)), archive=archive / 2**20)

    def missed(self, share: float) -> bool:
        """Return whether a gate is missed by this share of a million tickets."""
        return self.state > STATE * share or self.journal > JOURNAL * share


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a pass took: seconds of the wall and of the processor, MiB, tickets examined and written, and what lies behind it;
    `at_most` are the seconds that it may take for a million, None where no gate says."""

    at_most: float | None
    wall: float
    processor: float
    memory: float
    examined: int
    written: int
    sizes: Sizes

    def missed(self, count: int) -> bool:
        """Return whether a gate is missed; those of time and files are for a million and shrink with the number."""
        share = count / 1_000_000
        too_long = self.at_most is not None and self.wall > self.at_most * share
        return too_long or self.memory > MEBIBYTES or self.sizes.missed(share)

    def row(self, what: str, count: int) -> str:
        """Return the pass as a row of the page."""
        share = count / 1_000_000
        seconds = "" if self.at_most is None else f"{self.at_most * share:.0f} s, "
        files = f"{STATE * share:.0f} MiB of state, {JOURNAL * share:.0f} MiB of journal"
        cells = (
            what,
            f"{self.wall:.0f} s",
            f"{self.processor:.0f} s",
            f"{self.processor / self.examined * 1e6:.0f} µs" if self.examined else "",
            *(f"{one:.0f} MiB" for one in (self.memory, self.sizes.state, self.sizes.journal)),
            f"{self.sizes.archive:.1f} MiB",
            f"{self.written:,}",
            f"≤ {seconds}{MEBIBYTES:.0f} MiB, {files}{_mark(missed=self.missed(count))}",
        )
        return f"| {' | '.join(cells)} |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """What a pass took that finds nothing new."""

    requests: int
    bytes: int
    written: int
    processor: float

    def missed(self, few: "Idle") -> bool:
        """Return whether a gate is missed beside that over FEW tickets."""
        much = self.requests != 1 or self.bytes > IDLE_BYTES or self.written != 0
        return much or self.processor > few.processor * IDLE_TIMES

    def row(self, count: int, few: "Idle") -> str:
        """Return the pass as a row of the page."""
        gate = f"≤ 1 request, {IDLE_BYTES} bytes, 0 written, {IDLE_TIMES} × that over {FEW} tickets"
        return (
            f"| {count:,} tickets | {self.requests} | {self.bytes:,} bytes | {self.written} | {self.processor:.2f} s |"
            f" {gate}{_mark(missed=self.missed(few))} |"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A helpdesk that serves, and a bridge that is set up for it; `answered` gives how many requests the helpdesk has answered
    since it was asked last, and with how many bytes."""

    side: Side
    environment: dict[str, str]
    state: Path
    answered: Callable[[], tuple[int, int]]

    def measured(self, *arguments: str, at_most: float | None = None) -> Measured:
        """Make a pass and return what it took. Raises CalledProcessError when it fails."""
        command, begun = self.side.command("sync", "--json", *arguments), time.monotonic()
        with tempfile.TemporaryFile("w+") as answer:
            process = subprocess.Popen(command, env=self.environment, stdout=answer)
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
            sizes=Sizes.of(self.state),
        )

    def idle(self) -> Idle:
        """Make a pass that finds nothing new; return what it took."""
        self.answered()
        took = self.measured()
        requests, size = self.answered()
        return Idle(requests=requests, bytes=size, written=took.written, processor=took.processor)


def main() -> int:
    """Measure, write the page, and say whether a gate was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.many", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--milliseconds", type=float, default=10.0, help="a round trip")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page is written [%(default)s]")
    wanted = parser.parse_args()
    with sides(None) as (side,), tempfile.TemporaryDirectory(dir="/var/tmp") as scratch, ExitStack() as stack:
        text = _HEAD.format(
            commit=side.name,
            day=f"{datetime.now(UTC):%Y-%m-%d}",
            count=wanted.tickets,
            milliseconds=wanted.milliseconds,
            cores=len(os.sched_getaffinity(0)),
        )
        many = stack.enter_context(_desk(side, Path(scratch, "many"), wanted.tickets, wanted.milliseconds))
        few = stack.enter_context(_desk(side, Path(scratch, "few"), FEW, wanted.milliseconds))
        rows = [*_passes(many, wanted.tickets), _IDLE_HEAD.format(rounds=ROUNDS), *_idle(many, few, wanted.tickets)]
    wanted.page.write_text(text + "".join(rows), encoding="utf-8")
    return int(any(_MISSED in one for one in rows))


def _passes(desk: Desk, count: int) -> Iterator[str]:
    """Yield each pass over many tickets as a row of the page."""
    for what, arguments, at_most in (
        ("the first sync", (), None),
        ("a full scan, nothing to write", ("--all",), SECONDS),
    ):
        row = desk.measured(*arguments, at_most=at_most).row(what, count)
        print(row, file=sys.stderr, flush=True)
        yield f"{row}\n"


def _idle(many: Desk, few: Desk, count: int) -> Iterator[str]:
    """Yield idle passes over many tickets and over few as rows of the page; they take turns."""
    few.measured()
    taken = in_turns({count: many.idle, FEW: few.idle}, ROUNDS)
    least = {one: min(some, key=lambda idle: idle.processor) for one, some in taken.items()}
    for one, idle in least.items():
        row = idle.row(one, least[FEW])
        print(row, file=sys.stderr, flush=True)
        yield f"{row}\n"


@contextmanager
def _desk(side: Side, folder: Path, count: int, milliseconds: float) -> Iterator[Desk]:
    """Yield a generator of so many tickets, which runs until the block ends, and the bridge before its first pass."""
    folder.mkdir()
    command = [sys.executable, "-P", "-m", "bench.many_tickets", str(count), str(folder / "kept"), str(milliseconds)]
    with subprocess.Popen(
        command, env=side.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        try:
            into, out = process.stdin, process.stdout
            if into is None or out is None:
                raise RuntimeError("the generator has no pipes")

            def answered() -> tuple[int, int]:
                into.write("\n")
                requests, size = map(int, out.readline().split())
                return requests, size

            url, key = out.readline().split()
            environment = prepared(side, folder, url, key)
            run(side.command("setup"), environment)
            state = folder / "state" / "state.sqlite3"
            yield Desk(side=side, environment=environment, state=state, answered=answered)
        finally:
            process.kill()


def _mebibytes(file: Path) -> float:
    return file.stat().st_size / 2**20 if file.exists() else 0.0


def _mark(*, missed: bool) -> str:
    return f" {_MISSED}" if missed else ""


if __name__ == "__main__":
    sys.exit(main())
