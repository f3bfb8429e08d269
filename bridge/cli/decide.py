"""`sla-bridge decide`: snapshots as JSON lines in, decisions as JSON lines out, no network."""

import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Annotated, TypeVar

import typer

from bridge.cli.options import At, Config, instant

_PARTLY = 4
_CHUNK = 500
"""Lines per piece of work: large enough that handing it over costs nothing, small enough that memory stays flat."""

_IN_FLIGHT = 8
_Item = TypeVar("_Item")


def decide(
    config: Config = None,
    at: At = None,
    receipts: Annotated[bool, typer.Option("--receipts", help="Add each clock's ledger.")] = False,
) -> None:
    """Read ticket snapshots from stdin, one JSON object a line; print a decision a line, in the same order.

    A line that cannot be decided answers {"line": N, "error": "…"}; the others go on, and the exit code is 4.
    """
    import time

    from bridge.cli.wiring import load_configuration

    moment = instant(at)
    now = moment if moment is not None else int(time.time())
    configuration = load_configuration(config)
    lines = enumerate(sys.stdin.buffer, start=1)
    head = list(islice(lines, _CHUNK))
    decider = _Decider.of(configuration, now, receipts=receipts)
    failed = _print(decider.chunk(head))
    rest = list(islice(lines, _CHUNK))
    if rest:
        failed += _in_parallel(decider, rest, lines)
    if failed:
        raise typer.Exit(_PARTLY)


class _Decider:
    """Turns lines into answers; made before the workers are forked, so that they share it."""

    def __init__(self, decide_bytes: Callable[[bytes], str]) -> None:
        self._decide_bytes = decide_bytes

    @classmethod
    def of(cls, configuration: object, now: int, *, receipts: bool) -> "_Decider":
        from bridge.cli.wiring import Configuration, decide_with
        from bridge.policies.wire import decision_json
        from bridge.tickets import TICKET_ADAPTER

        assert isinstance(configuration, Configuration)  # noqa: S101 - tells the type checker what the caller passes
        decide_ticket = decide_with(configuration, receipts=receipts)
        read = TICKET_ADAPTER.validate_json

        def decide_bytes(line: bytes) -> str:
            return json.dumps(decision_json(decide_ticket(read(line), now), ledgers=receipts), ensure_ascii=False)

        return cls(decide_bytes)

    def chunk(self, lines: Iterable[tuple[int, bytes]]) -> tuple[str, int]:
        """Return the answers to `lines`, each ending in a newline, and how many of them are errors."""
        from pydantic import ValidationError

        from bridge.connectors.osticket import describe
        from bridge.errors import BridgeError

        answers, failed = [], 0
        for number, line in lines:
            if line.isspace():
                continue
            try:
                answers.append(self._decide_bytes(line))
            except ValidationError as error:
                failed += 1
                answers.append(json.dumps({"line": number, "error": describe(error)}, ensure_ascii=False))
            except BridgeError as error:
                failed += 1
                answers.append(json.dumps({"line": number, "error": str(error)}, ensure_ascii=False))
        return "".join(f"{answer}\n" for answer in answers), failed


def _in_parallel(decider: _Decider, first: list[tuple[int, bytes]], lines: Iterator[tuple[int, bytes]]) -> int:
    """Decide the rest on all cores, in order, with a bounded number of chunks under way; return the number of errors."""
    import multiprocessing
    from concurrent.futures import Future, ProcessPoolExecutor

    cores = len(os.sched_getaffinity(0))
    failed = 0
    global _WORKER  # noqa: PLW0603 - forked workers inherit it: a compiled policy need not travel
    _WORKER = decider
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("fork")) as pool:
        waiting: deque[Future[tuple[str, int]]] = deque()
        chunk = first
        while chunk:
            waiting.append(pool.submit(_work, chunk))
            if len(waiting) >= _IN_FLIGHT:
                failed += _print(waiting.popleft().result())
            chunk = list(islice(lines, _CHUNK))
        while waiting:
            failed += _print(waiting.popleft().result())
    return failed


_WORKER: _Decider | None = None


def _work(lines: list[tuple[int, bytes]]) -> tuple[str, int]:
    if _WORKER is None:
        raise RuntimeError("a worker was started without its decider")
    return _WORKER.chunk(lines)


def _print(result: tuple[str, int]) -> int:
    sys.stdout.write(result[0])
    return result[1]
