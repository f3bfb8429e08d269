"""Runs cases in a forked process with limits, and tells which of them broke a promise, and how."""

import json
import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

SECONDS = 2.0
MEMORY = 512 * 2**20
_SILENT = 30.0
"""Seconds of the wall clock without a sign of the process after which it hangs, whatever its processor time says."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A case that broke a promise."""

    case: int
    what: str


@dataclass(slots=True)
class Tried:
    """What a row of cases came to: how many ran, the most processor time of one, the largest process, what was found."""

    cases: int = 0
    seconds: float = 0.0
    memory: int = 0
    findings: tuple[Finding, ...] = ()

    def join(self, other: "Tried") -> None:
        """Take in what other cases came to."""
        self.cases += other.cases
        self.seconds = max(self.seconds, other.seconds)
        self.memory = max(self.memory, other.memory)
        self.findings += other.findings


class _TooSlow(BaseException):
    """No exception that code under test may catch."""


def run(
    cases: Sequence[int], work: Callable[[int], object], *, seconds: float = SECONDS, memory: int = MEMORY
) -> Tried:
    """Return what became of `work` on each case. One that ends the process, or does not end, is a finding like any other;
    the rest go on in a new process."""
    outcome, left = Tried(), list(cases)
    while left:
        done = _forked(left, work, seconds, memory, outcome)
        left = left[done:]
    return outcome


def _forked(cases: Sequence[int], work: Callable[[int], object], seconds: float, memory: int, outcome: Tried) -> int:
    """Run cases in one process until it ends; return how many are done with."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(cases, work, seconds, memory, writing)
    os.close(writing)
    started = finished = 0
    hangs = False
    for line in _lines(reading):
        if line is None:
            hangs = True
            os.kill(child, signal.SIGKILL)
            break
        word, _, rest = line.partition(" ")
        started += word == "start"
        if word == "end":
            finished += 1
            outcome.join(Tried(cases=1, seconds=float(rest)))
        elif word == "found":
            outcome.findings += (Finding(**json.loads(rest)),)
    os.close(reading)
    _, status, usage = os.wait4(child, 0)
    outcome.memory = max(outcome.memory, usage.ru_maxrss * 1024)
    if started > finished:
        why = f"no end within {_SILENT:g} s" if hangs else f"the process ended with status {status}"
        outcome.findings += (Finding(cases[finished], why),)
        outcome.cases += 1
    elif finished < len(cases):
        raise RuntimeError(f"the forked process ended between two cases, with status {status}")
    return max(started, finished)


def _lines(reading: int) -> Iterator[str | None]:
    """Yield what the process tells line by line, None when it tells nothing for long; end with the process."""
    rest = b""
    while True:
        ready, _, _ = select.select([reading], [], [], _SILENT)
        if not ready:
            yield None
            return
        piece = os.read(reading, 65_536)
        if not piece:
            return
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line.decode() for line in whole)


def _child(cases: Sequence[int], work: Callable[[int], object], seconds: float, memory: int, writing: int) -> None:
    def tell(line: str) -> None:
        os.write(writing, line.encode() + b"\n")

    def too_slow(_number: int, _frame: FrameType | None) -> None:
        raise _TooSlow

    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGPROF, too_slow)
        for case in cases:
            tell("start")
            begun = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, seconds)
            found = _broken(work, case, seconds)
            signal.setitimer(signal.ITIMER_PROF, 0)
            if found:
                tell("found " + json.dumps(asdict(Finding(case, found))))
            tell(f"end {time.process_time() - begun:.4f}")
    finally:
        os._exit(0)


def _broken(work: Callable[[int], object], case: int, seconds: float) -> str:
    """Return how the case broke a promise, empty when it kept all."""
    try:
        work(case)
    except _TooSlow:
        return f"more than {seconds:g} s of processor time"
    except MemoryError:
        return "more memory than allowed"
    except Exception as error:  # noqa: BLE001 - any exception that comes out is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"[:500]
    return ""
