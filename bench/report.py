"""How long `report` takes over the exported tickets of years, and in how much memory.

Run `python -m bench.report [--lines N]`. An earlier commit takes no turns: the sizes are what is promised.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.commands import prepared
from bench.desk import NOW, lines
from bench.figures import Figure, shown
from bench.sides import Side, asked, sides

TICKETS = 100_000
SECONDS, MEBIBYTES = 20.0, 256
"""What is promised for so many tickets."""

_FORMS = (("page", ("--format", "html")), ("CSV of its rows", ("--format", "csv")), ("JSON", ("--format", "json")))


def measure(side: Side, tickets: int = TICKETS) -> Iterator[Figure]:
    """Yield a figure for each form of the report."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = prepared(side, Path(scratch), "http://127.0.0.1:9", "0" * 32)
        file = Path(scratch) / "tickets.jsonl"
        with file.open("wb") as stream:
            stream.writelines(lines(tickets))
        size = file.stat().st_size >> 20
        for what, options in _FORMS:
            asks = ("report", "-i", str(file), "--at", f"{NOW:%Y-%m-%dT%H:%M:%SZ}", *options)
            seconds, peak = _run(side.command(*asks), environment)
            yield Figure(
                what=f"report of {tickets:,} exported tickets, {what}",
                seconds=seconds,
                at_most=SECONDS * tickets / TICKETS,
                kept=peak <= MEBIBYTES,
                note=f"{peak} MiB of at most {MEBIBYTES}; {size} MiB of tickets, {seconds / tickets * 1e6:.0f} µs each",
            )


def _run(command: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Return the wall time of a command and the most MiB that it had. Raises RuntimeError when it fails."""
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}")
    return time.perf_counter() - begun, used.ru_maxrss >> 10


def main() -> None:
    """Measure and print."""
    wanted = asked(__doc__, lines=TICKETS)
    with sides(None) as measured:
        shown(measure(measured[0], wanted.lines), [one.name for one in measured])


if __name__ == "__main__":
    main()
