"""Being told to stop: SIGTERM and SIGINT end a pass between two requests, so that none is left half said.

A signal is for the whole process, and so is what is remembered of it here.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.errors import Interrupted

PATIENCE_SECONDS = 10
"""So long a request that is under way may take to end once a stop was asked for; then it is abandoned."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_asked = threading.Event()
_last_words = threading.Event()


@contextmanager
def between_requests() -> Iterator[None]:
    """Let the block end by Interrupted before its next request once a signal came; a second signal ends it at once."""
    before = {one: signal.signal(one, _ask) for one in _SIGNALS}
    alarm = signal.signal(signal.SIGALRM, _abandon)
    try:
        yield
    finally:
        signal.alarm(0)
        _asked.clear()
        for number, handler in [*before.items(), (signal.SIGALRM, alarm)]:
            signal.signal(number, handler)


def check() -> None:
    """Raise Interrupted where a stop was asked for."""
    if _asked.is_set() and not _last_words.is_set():
        raise _interrupted()


@contextmanager
def last_words() -> Iterator[None]:
    """Let the block ask for something all the same: what others wait for is given back, also by one who was told to stop."""
    _last_words.set()
    try:
        yield
    finally:
        _last_words.clear()


def sleep(seconds: float) -> None:
    """Wait, no longer than until a stop is asked for."""
    _asked.wait(seconds)


def _ask(*_: object) -> None:
    if _asked.is_set():
        raise _interrupted()
    _asked.set()
    signal.alarm(PATIENCE_SECONDS)


def _abandon(*_: object) -> None:
    raise _interrupted()


def _interrupted() -> Interrupted:
    return Interrupted("the pass was asked to stop", hint="Run it again: what was written stands")
