"""The loop of a bridge that stays: a pass, what is told of it, a wait; until somebody asks it to stop."""

import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field
from typing import Self

from bridge.connectors import stopping
from bridge.daemon.notify import Notifier
from bridge.daemon.pass_end import PassEnd
from bridge.errors import Interrupted

_SLICE_SECONDS = 0.5
"""So long a wait lasts at most before it is looked whether a new configuration is wanted: a wait is woken by a stop alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How far apart passes begin: `every` seconds, and up to `jitter` more, so that several hosts do not knock at once."""

    every: float
    jitter: float

    @classmethod
    def of(cls, *, every: float, jitter: float, lease: float | None) -> Self:
        """Return the pace of a bridge by what is wanted of it. Where the time of a `lease` is given it looks at least once in
        that: a host that died is not to be waited for longer."""
        return (
            cls(every=every, jitter=jitter) if lease is None else cls(every=min(every, lease), jitter=min(jitter, _TRY))
        )


_TRY, _TRY_JITTER = 3.0, 0.5
"""How far apart are the tries of a bridge that waits to lead."""

STANDBY = Pace(every=_TRY, jitter=_TRY_JITTER)


@dataclass(slots=True)
class Loop:
    """Makes passes with `turn`, which never raises for what only ends a pass, and shows each to all of `after`.

    `reload` looks at the configuration when SIGHUP asks for it; `pace` is asked after each turn, since that may change it.
    """

    turn: Callable[[], PassEnd]
    reload: Callable[[], None]
    pace: Callable[[], Pace]
    notifier: Notifier
    _: KW_ONLY
    after: Sequence[Callable[[PassEnd], None]] = ()
    monotonic: Callable[[], float] = time.monotonic
    _reload_asked: bool = field(default=False, init=False)

    def run(self) -> None:
        """Go on until SIGTERM or SIGINT; a pass that is under way ends between two requests, or is abandoned when patience is
        over. Then return."""
        with stopping.between_requests(self.notifier.alive), self._reloads():
            self.notifier.ready()
            try:
                while not stopping.asked():
                    self._once()
            except Interrupted:
                # Asked for a second time, or for longer than patience lasts: nothing is lost by it.
                pass
            self.notifier.stopping()

    def _once(self) -> None:
        begun = self.monotonic()
        end = self.turn()
        self.notifier.alive()
        for one in self.after:
            one(end)
        pace = STANDBY if end.waits_to_lead else self.pace()
        spread = random.uniform(0, pace.jitter)  # noqa: S311 - spreads load, guards nothing
        self._wait(begun + pace.every + spread)

    def _wait(self, until: float) -> None:
        """Wait until then, or until a stop is asked for; look at the configuration as soon as that is asked for."""
        seconds = min(_SLICE_SECONDS, self.notifier.watchdog_seconds / 3 or _SLICE_SECONDS)
        while not stopping.asked():
            if self._reload_asked:
                self._reload()
                return
            left = until - self.monotonic()
            if left <= 0:
                return
            stopping.sleep(min(seconds, left))
            self.notifier.alive()

    def _reload(self) -> None:
        self._reload_asked = False
        self.notifier.reloading()
        self.reload()
        self.notifier.ready()

    @contextmanager
    def _reloads(self) -> Iterator[None]:
        before = signal.signal(signal.SIGHUP, self._ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGHUP, before)

    def _ask(self, *_: object) -> None:
        self._reload_asked = True
