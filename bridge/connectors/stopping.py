"""Being told to stop: SIGTERM and SIGINT end a pass between two requests, so that none is left half said.

A signal is for the whole process, and so is what is remembered of it here.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from bridge.errors import Interrupted

PATIENCE_SECONDS = 10
"""So long a request that is under way may take to end once a stop was asked for; then it is abandoned."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_asked = threading.Event()
_under_way: set[Callable[[], None]] = set()
_heard: list[Callable[[], None]] = []
_last_words = threading.Event()


@contextmanager
def between_requests(heard: Callable[[], None] | None = None) -> Iterator[None]:
    """Let the block end by Interrupted before its next request once a signal came; a second signal ends it at once.

    `heard` is called before each request: the sign of life of a pass. A block within another one changes nothing: a stop
    that is asked for while the inner one ends is still known to the outer one.
    """
    if _heard:
        yield
        return
    _heard.append(heard or _nobody)
    before = {one: signal.signal(one, _ask) for one in _SIGNALS}
    alarm = signal.signal(signal.SIGALRM, _abandon)
    try:
        yield
    finally:
        signal.alarm(0)
        _asked.clear()
        _heard.clear()
        for number, handler in [*before.items(), (signal.SIGALRM, alarm)]:
            signal.signal(number, handler)


def asked() -> bool:
    """Return whether a stop was asked for."""
    return _asked.is_set()


def check() -> None:
    """Give a sign of life; raise Interrupted where a stop was asked for."""
    if _asked.is_set() and not _last_words.is_set():
        raise _interrupted()
    for heard in tuple(_heard):
        heard()


@contextmanager
def abandonable(cut: Callable[[], None]) -> Iterator[None]:
    """Let `cut` end what the block waits for, whichever thread that is, when patience is over."""
    _under_way.add(cut)
    try:
        yield
    finally:
        _under_way.discard(cut)


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
        _abandon()
    _asked.set()
    signal.alarm(PATIENCE_SECONDS)


def _abandon(*_: object) -> None:
    for cut in tuple(_under_way):
        # A connection that is closed already is what is wanted.
        with suppress(OSError):
            cut()
    raise _interrupted()


def _interrupted() -> Interrupted:
    return Interrupted("the pass was asked to stop", hint="Run it again: what was written stands")


def _nobody() -> None:
    """Tell nobody."""
