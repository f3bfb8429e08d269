"""Work on a long stream of lines with all cores, in order, with flat memory."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Any, TypeVar

from bridge.errors import StateUnusable

Line = tuple[int, bytes]
Result = TypeVar("Result")

CHUNK = 500
"""Lines per piece of work: large enough that handing it over costs nothing, small enough that memory stays flat."""

_IN_FLIGHT = 8
_work: Callable[[list[Line]], Any]


def chunked(lines: Iterable[bytes], work: Callable[[list[Line]], Result]) -> Iterator[Result]:
    """Yield `work` of each chunk of numbered lines, in the order of the lines.

    The first is worked on here: a short input starts no processes. Forked workers inherit what `work` has loaded.
    """
    global _work  # noqa: PLW0603 - forked workers find it here: a compiled policy cannot travel
    numbered = enumerate(lines, start=1)
    chunks = iter(lambda: list(islice(numbered, CHUNK)), [])
    yield from map(work, islice(chunks, 1))
    second = next(chunks, None)
    if second is None:
        return
    _work = work
    try:
        yield from _on_all_cores(chain([second], chunks))
    except BrokenProcessPool:
        message = "a worker process was ended from outside, most likely for want of memory"
        raise StateUnusable(
            message, hint="What was printed stands; run it again with fewer lines, or more memory"
        ) from None


def _on_all_cores(chunks: Iterable[list[Line]]) -> Iterator[Any]:
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=multiprocessing.get_context("fork")) as pool:
        waiting: deque[Future[Any]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_apply, chunk))
            if len(waiting) >= _IN_FLIGHT:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _apply(chunk: list[Line]) -> Any:
    return _work(chunk)
