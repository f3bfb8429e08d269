"""How fast long streams of snapshots go through the commands `decide` and `policy simulate`, and in how much memory.

Run `python -m bench.streams [--against COMMIT] [--lines N]`. The snapshots are of customers that repeat, or each is of another
customer, with another product and version, in a registry of 100,000. The sides take turns by slices of the stream, each slice
a run of the command; then all snapshots of differing customers go through one run, whose memory is watched.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from bench.commands import prepared
from bench.figures import Figure, shown
from bench.registry import CUSTOMERS, write_registry
from bench.sample import PRODUCTS, Pair, large_catalogue, repeating
from bench.sides import Side, asked, in_turns, sides
from bridge.tickets import ticket_adapter

LINES = 1_000_000
SLICES = 4
SIMULATED = 10
"""One snapshot of so many is simulated."""
SIMULATIONS = 2

_OWN = {
    '"@id"': "%(id)d",
    "@product": "Program %(product)d",
    "@version": "3.0.%(release)d.%(id)d",
    "@number": "R%(customer)d",
    "@email": "buh@farm%(customer)d.example",
}
"""What differs from snapshot to snapshot, written as `bench.sample` writes it."""
_AT_ONCE = 500
_GROWTH = 1.1
"""How much more memory the whole stream may take than its first quarter."""

Lines = Callable[[int], Iterator[bytes]]


def repeated(pairs: list[Pair]) -> Lines:
    """Return what yields so many snapshots of customers that repeat."""
    written = [json.dumps(on_the_wire(pair), ensure_ascii=False).encode() + b"\n" for pair in pairs]
    return lambda count: (written[number % len(written)] for number in range(count))


def different(pairs: list[Pair]) -> Lines:
    """Return what yields so many snapshots, each of another customer of the registry than the thousands before it."""
    forms = [_form(on_the_wire(pair)) for pair in pairs]

    def lines(count: int) -> Iterator[bytes]:
        for number in range(count):
            customer = number * 7919 % CUSTOMERS
            own = {b"id": number, b"release": 50 + number % 25, b"customer": customer, b"product": customer % PRODUCTS}
            yield forms[number % len(forms)] % own

    return lines


def on_the_wire(pair: Pair) -> dict[str, Any]:
    """Return the ticket's snapshot as the contract writes it."""
    snapshot: dict[str, Any] = ticket_adapter().dump_python(pair[0], mode="json", by_alias=True)
    return snapshot


def _form(snapshot: dict[str, Any]) -> bytes:
    """Return a snapshot's line, to be filled in with what is its own."""
    own = {"product": "@product", "product_version": "@version", "registration_number": "@number"}
    snapshot |= {"id": "@id", "fields": snapshot["fields"] | own}
    snapshot["requester"]["email"] = "@email"
    text = json.dumps(snapshot, ensure_ascii=False).replace("%", "%%")
    for token, form in _OWN.items():
        text = text.replace(token, form)
    return text.encode() + b"\n"


def measure(measured: Sequence[Side], lines: int = LINES) -> Iterator[Figure]:
    """Yield the figures."""
    pairs = repeating()
    kinds = (
        ("customers that repeat", repeated(pairs), False, {"at_most": 90.0 * lines / SLICES / LINES}),
        ("customers that differ", different(pairs), True, {"at_least": 1.2}),
    )
    for who, made, differs, gates in kinds:
        with tempfile.TemporaryDirectory() as scratch:
            places = [
                (side, _configured(side, Path(scratch) / str(number), differs=differs))
                for number, side in enumerate(measured)
            ]
            size, few = lines // SLICES, lines // SIMULATED
            contest = {side.name: partial(_streamed, side, environment, made, size) for side, environment in places}
            yield from _both(f"decide, a stream, {who}", contest, SLICES, size, **gates)
            if differs:
                yield _remembered(*places[0], made, lines)
            file = Path(scratch) / "tickets.jsonl"
            with file.open("wb") as stream:
                stream.writelines(made(few))
            contest = {side.name: partial(_simulated, side, environment, file) for side, environment in places}
            yield from _both(f"policy simulate, {who}", contest, SIMULATIONS, few, at_most=30.0 * lines / LINES)


class Spent(NamedTuple):
    """What a run of a command took, in seconds: by the clock on the wall, and of processor time with all its processes."""

    wall: float
    processor: float


def _both(
    what: str,
    contest: dict[str, Callable[[], Spent]],
    rounds: int,
    count: int,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Iterator[Figure]:
    """Yield a figure by the clock on the wall, and one by processor time: that one hardly minds what else the machine does."""
    found = list(in_turns(contest, rounds).values())
    wall, *earlier_wall = (min(one.wall for one in times) for times in found)
    processor, *earlier_processor = (min(one.processor for one in times) for times in found)
    note = f"the best of {rounds} runs of {count:,} snapshots"
    yield Figure(
        what=what, seconds=wall, earlier=next(iter(earlier_wall), None), items=count, at_most=at_most, note=note
    )
    yield Figure(
        what=f"{what}, processor time",
        seconds=processor,
        earlier=next(iter(earlier_processor), None),
        items=count,
        at_least=at_least,
        note=f"{processor / count * 1e6:.0f} µs each",
    )


def _spent(run: Callable[[], object]) -> Spent:
    before, begun = os.times(), time.perf_counter()
    run()
    wall, after = time.perf_counter() - begun, os.times()
    processor = after.children_user - before.children_user + after.children_system - before.children_system
    return Spent(wall, processor)


def _configured(side: Side, scratch: Path, *, differs: bool) -> dict[str, str]:
    scratch.mkdir()
    environment = prepared(side, scratch, "http://127.0.0.1:9", "0" * 32)
    folder = Path(environment["SLA_BRIDGE_CONFIG"])
    if differs:
        (folder / "catalogue.yaml").write_text(large_catalogue(), encoding="utf-8")
        write_registry(folder, CUSTOMERS)
    candidate = folder.with_name("candidate")
    shutil.copytree(folder, candidate)
    policy = candidate / "policies" / "agrosoft.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("first_response: 40h", "first_response: 20h"), encoding="utf-8")
    return environment


def _streamed(
    side: Side, environment: dict[str, str], made: Lines, count: int, watch: Callable[[int], None] | None = None
) -> Spent:
    """Return what `decide` takes for so many snapshots; `watch` is told its process after each quarter of them."""

    def run() -> None:
        command = side.command("decide")
        with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            if process.stdin is None:
                raise RuntimeError("the command's standard input is not ours")
            lines = made(count)
            for _ in range(4):
                quarter = islice(lines, count // 4)
                while some := b"".join(islice(quarter, _AT_ONCE)):
                    process.stdin.write(some)
                if watch is not None:
                    watch(process.pid)
            process.stdin.close()
            if process.wait() != 0:
                raise RuntimeError(f"decide of {side.name} exited with {process.returncode}")

    return _spent(run)


def _remembered(side: Side, environment: dict[str, str], made: Lines, lines: int) -> Figure:
    """Return how long the whole stream takes in one run, and how much memory after each quarter."""
    peaks: list[int] = []
    spent = _streamed(side, environment, made, lines, lambda pid: peaks.append(_peak(pid)))
    flat = peaks[-1] <= _GROWTH * peaks[0]
    told = ", ".join(map(str, peaks))
    return Figure(
        what=f"decide, {lines:,} snapshots in one run, customers that differ",
        seconds=spent.wall,
        kept=flat,
        items=lines,
        note=f"largest process after each quarter: {told} MiB",
    )


def _peak(pid: int) -> int:
    """Return the most MiB that the process or one of its children has had."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    texts = (Path(f"/proc/{one}/status").read_text(encoding="utf-8") for one in (pid, *children))
    return max(int(text.partition("VmHWM:")[2].split(maxsplit=1)[0]) for text in texts) // 1024


def _simulated(side: Side, environment: dict[str, str], file: Path) -> Spent:
    """Return what `policy simulate` takes for the snapshots of a file against a policy with shorter targets."""
    candidate = Path(environment["SLA_BRIDGE_CONFIG"]).with_name("candidate")
    command = side.command("policy", "simulate", str(candidate), "-i", str(file), "--json")
    return _spent(lambda: subprocess.run(command, env=environment, check=True, capture_output=True))


def main() -> None:
    """Measure and print."""
    wanted = asked(__doc__, lines=LINES)
    with sides(wanted.against) as measured:
        shown(measure(measured, wanted.lines), [one.name for one in measured])


if __name__ == "__main__":
    main()
