"""The code that is measured: this tree, and an earlier commit beside it. Whatever is measured, the sides take turns."""

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
Key = TypeVar("Key")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A tree with a `bridge` and a `config` of its own. Both sides run with this interpreter and its packages."""

    name: str
    tree: Path

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of `sla-bridge` with the arguments."""
        # -P: the folder that the bench was started in must not be where `bridge` is found.
        return [sys.executable, "-P", "-m", "bridge", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which `bridge` is this side's and `bench` is always this tree's."""
        return dict(os.environ) | {"PYTHONPATH": os.pathsep.join((str(self.tree), str(ROOT)))}


def asked(told: str | None, *, lines: int | None = None) -> argparse.Namespace:
    """Return what the command line asks: `against`, and `lines` where a bench works on so many."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", metavar="COMMIT", help="an earlier commit to take turns with")
    if lines is not None:
        parser.add_argument("--lines", type=int, default=lines, help="snapshots in a stream [%(default)s]")
    return parser.parse_args()


@contextmanager
def sides(against: str | None) -> Iterator[list[Side]]:
    """Yield this tree, and the commit `against` when one is named, its files laid out until the end."""
    own = Side(name=f"{_git('rev-parse', '--short', 'HEAD').decode().strip() or 'this tree'}", tree=ROOT)
    if against is None:
        yield [own]
        return
    with tempfile.TemporaryDirectory() as scratch:
        # Without its `bench`: both sides are measured by the same bench.
        packed = _git("archive", "--format=tar", against, "bridge", "config", "plugin")
        if not packed:
            raise SystemExit(f"git knows no commit {against} with bridge/, config/ and plugin/")
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(scratch, filter="data")
        yield [own, Side(name=against, tree=Path(scratch))]


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False).stdout


class Worker:
    """A process that does pieces of work with one side's code (`bench.worker`) and tells how long each took."""

    def __init__(self, side: Side) -> None:
        self.side = side
        command = [sys.executable, "-P", "-m", "bench.worker", str(side.tree)]
        self._process = subprocess.Popen(
            command, env=side.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def seconds(self, work: str, **details: Any) -> float:
        """Return the processor time that a piece of work took. Raises RuntimeError when the worker has failed."""
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            raise RuntimeError("the worker has no pipes")
        into.write(json.dumps({"work": work} | details) + "\n")
        into.flush()
        answer = out.readline()
        if not answer:
            raise RuntimeError(f"the worker of {self.side.name} failed at {work}; its traceback stands above")
        return float(answer)

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


@contextmanager
def workers(measured: Sequence[Side]) -> Iterator[list[Worker]]:
    """Yield a worker for each side."""
    started: list[Worker] = []
    try:
        started.extend(Worker(side) for side in measured)
        yield started
    finally:
        for one in started:
            one.close()


def in_turns(contest: Mapping[Key, Callable[[], Result]], rounds: int) -> dict[Key, list[Result]]:
    """Return what each contestant answered in each round.

    They take turns, so that a slow moment of the machine is nobody's own; who begins changes from round to round.
    """
    found: dict[Key, list[Result]] = {key: [] for key in contest}
    for number in range(rounds):
        for key in list(contest)[:: 1 if number % 2 == 0 else -1]:
            found[key].append(contest[key]())
    return found


def least(contest: Mapping[Key, Callable[[], float]], rounds: int) -> tuple[float, float | None]:
    """Return the least seconds of the first contestant and of the second, if there is one."""
    own, *earlier = (min(times) for times in in_turns(contest, rounds).values())
    return own, earlier[0] if earlier else None
