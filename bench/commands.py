"""How long whole commands take, interpreter start included, each beside an empty Python program in the same run.

Run `python -m bench.commands [LINES]`. The idle pass asks the embedded helpdesk; `decide` streams LINES snapshots (a million
by default) and its workers' memory is watched.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.decide import sample
from bridge.connectors.sandbox import Sandbox
from bridge.tickets import Ticket, format_instant, ticket_adapter

CONFIG = Path(__file__).resolve().parent.parent / "config"
ROUNDS = 7
LINES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured command: seconds of wall time, the gate, and the same in units of an empty Python program."""

    what: str
    seconds: float
    gate: float
    empty_programs: float
    note: str = ""


def wall(arguments: list[str], environment: dict[str, str]) -> float:
    """Return the least wall time of several runs."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(arguments, env=environment, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return min(times)


def measure(lines: int = LINES) -> Iterator[Figure]:
    """Yield the figures."""
    command = str(Path(sys.executable).with_name("sla-bridge"))
    environment = dict(os.environ)
    empty = wall([sys.executable, "-c", "pass"], environment)
    seconds = wall([command, "--help"], environment)
    yield Figure(what="sla-bridge --help", seconds=seconds, gate=0.3, empty_programs=seconds / empty)
    with tempfile.TemporaryDirectory() as scratch, Sandbox() as helpdesk:
        helpdesk.seed_sample(int(time.time()))
        environment |= prepared(Path(scratch), helpdesk.url, helpdesk.keys.full)
        for arguments in (["setup"], ["sync"]):
            subprocess.run([command, *arguments], env=environment, check=True, capture_output=True)
        seconds = wall([command, "sync"], environment)
        yield Figure(what="idle sync", seconds=seconds, gate=1.0, empty_programs=seconds / empty)
        seconds = wall([command, "policy", "check"], environment)
        yield Figure(
            what="policy check, shipped configuration", seconds=seconds, gate=0.5, empty_programs=seconds / empty
        )
        yield streamed(command, environment, lines, empty)


def prepared(scratch: Path, url: str, key: str) -> dict[str, str]:
    """Return the environment of a configuration that asks the helpdesk at `url`."""
    folder = scratch / "config"
    shutil.copytree(CONFIG, folder)
    main = folder / "bridge.yaml"
    text = main.read_text(encoding="utf-8").replace("url: http://127.0.0.1", f"url: {url}")
    main.write_text(text.replace("/var/lib/sla-bridge", str(scratch / "state")), encoding="utf-8")
    return {"SLA_BRIDGE_CONFIG": str(folder), "SLA_BRIDGE_KEY": key}


def on_the_wire(ticket: Ticket) -> dict[str, Any]:
    """Return a snapshot as the contract writes it: with instants as text."""
    snapshot: dict[str, Any] = ticket_adapter().dump_python(ticket, mode="json", by_alias=True)
    for place in (snapshot, *snapshot["events"]):
        for name in ("at", "created_at", "closed_at"):
            if place.get(name) is not None:
                place[name] = format_instant(place[name])
    return snapshot


def streamed(command: str, environment: dict[str, str], lines: int, empty: float) -> Figure:
    """Return how long `decide` takes for so many snapshots, and its peak memory."""
    snapshots = [json.dumps(on_the_wire(ticket), ensure_ascii=False).encode() + b"\n" for ticket, _ in sample(2_000)]
    begun = time.perf_counter()
    with subprocess.Popen(
        [command, "decide"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        if process.stdin is None:
            raise RuntimeError("the command's standard input is not ours")
        for number in range(lines):
            process.stdin.write(snapshots[number % len(snapshots)])
        process.stdin.close()
        if process.wait() != 0:
            raise RuntimeError(f"sla-bridge decide exited with {process.returncode}")
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    note = f"{lines:,} snapshots, {lines / seconds:,.0f}/s, largest process {peak} MiB"
    return Figure(
        what="decide, streamed", seconds=seconds, gate=90.0 * lines / LINES, empty_programs=seconds / empty, note=note
    )


def main() -> None:
    """Print the figures."""
    for figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else LINES):
        print(json.dumps({name: getattr(figure, name) for name in Figure.__slots__}, ensure_ascii=False))


if __name__ == "__main__":
    main()
