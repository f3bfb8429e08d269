"""The loop with turns that take no time: what ends it, what wakes it, and what a service manager hears meanwhile."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from bridge.connectors import stopping
from bridge.daemon.loop import Loop, Pace
from bridge.daemon.notify import Notifier
from bridge.daemon.pass_end import PassEnd
from bridge.errors import Interrupted

pytestmark = pytest.mark.timeout(30)
END = PassEnd(at=0, seconds=0)


class Heard(Notifier):
    """Keeps what a service manager would hear, with the time."""

    def __init__(self, said: list[tuple[str, float]], watchdog_seconds: float = 0) -> None:
        super().__init__("@nobody", watchdog_seconds)
        object.__setattr__(self, "said", said)

    def _tell(self, message: str) -> None:
        self.said.append((message.partition("\n")[0], time.monotonic()))  # type: ignore[attr-defined]


@dataclass
class Service:
    """A bridge whose passes are the numbers of `happens`, each with what happens in it; others do nothing."""

    happens: dict[int, Callable[[], object]] = field(default_factory=dict)
    every: float = 0.01
    jitter: float = 0
    watchdog: float = 0
    begun: list[float] = field(default_factory=list)
    ends: list[PassEnd] = field(default_factory=list)
    reloads: list[int] = field(default_factory=list)
    said: list[tuple[str, float]] = field(default_factory=list)

    def turn(self) -> PassEnd:
        self.begun.append(time.monotonic())
        self.happens.get(len(self.begun), lambda: None)()
        return END

    def run(self) -> None:
        Loop(
            self.turn,
            lambda: self.reloads.append(len(self.begun)),
            lambda: Pace(every=self.every, jitter=self.jitter),
            Heard(self.said, self.watchdog),
            after=(self.ends.append,),
        ).run()

    @property
    def words(self) -> list[str]:
        return [one for one, _ in self.said]


def to_me(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


def soon(number: int, seconds: float = 0.2) -> Callable[[], None]:
    return lambda: threading.Timer(seconds, to_me(number)).start()


def asks(*numbers: int) -> Callable[[], None]:
    """Send several signals, as soon as each is heard."""

    def send() -> None:
        for number in numbers:
            os.kill(os.getpid(), number)

    return send


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_in_a_pass_it_makes_no_other_one(number: int) -> None:
    service = Service(happens={3: to_me(number)})
    service.run()
    assert (len(service.begun), len(service.ends)) == (3, 3)
    assert service.words == ["READY=1", "STOPPING=1"]


def test_told_to_stop_while_it_waits_it_ends_at_once() -> None:
    service = Service(happens={1: soon(signal.SIGTERM)}, every=3600)
    service.run()
    assert time.monotonic() - service.begun[0] < 5
    assert len(service.begun) == 1


def test_a_pass_that_is_abandoned_is_the_end_and_no_error() -> None:
    def abandoned() -> None:
        raise Interrupted("the pass was asked to stop")

    service = Service(happens={2: abandoned})
    service.run()
    assert (len(service.begun), len(service.ends)) == (2, 1)
    assert service.words[-1] == "STOPPING=1"


def test_after_it_a_signal_does_what_it_did_before_and_nothing_of_the_stop_is_left() -> None:
    before = {one: signal.getsignal(one) for one in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGALRM)}
    for _ in range(2):
        service = Service(happens={2: to_me(signal.SIGTERM)})
        service.run()
        assert len(service.begun) == 2
    assert {one: signal.getsignal(one) for one in before} == before
    assert not stopping.asked()


def test_a_new_configuration_is_looked_at_once_and_at_once() -> None:
    service = Service(happens={1: soon(signal.SIGHUP), 2: soon(signal.SIGTERM)}, every=3600)
    service.run()
    assert service.reloads == [1]
    assert service.begun[1] - service.begun[0] < 5, "the wait is over for it"
    assert service.words == ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"]


def test_several_wishes_in_a_pass_are_one_and_it_is_not_cut_for_them() -> None:
    service = Service(happens={1: asks(*[signal.SIGHUP] * 3), 4: to_me(signal.SIGTERM)})
    service.run()
    assert service.reloads == [1]
    assert len(service.ends) == 4


def test_a_stop_goes_before_a_wish() -> None:
    service = Service(happens={1: asks(signal.SIGHUP, signal.SIGTERM)}, every=3600)
    service.run()
    assert (service.reloads, len(service.begun)) == ([], 1)


def test_passes_begin_as_far_apart_as_wanted_however_long_they_take() -> None:
    slow = {one: (lambda: time.sleep(0.15)) for one in range(1, 6)}
    service = Service(happens={**slow, 6: to_me(signal.SIGTERM)}, every=0.2)
    service.run()
    apart = [after - before for before, after in pairwise(service.begun)]
    assert min(apart) >= 0.199
    assert min(apart) < 0.34, "the pass itself is a part of it"


def test_hosts_spread() -> None:
    service = Service(happens={8: to_me(signal.SIGTERM)}, every=0, jitter=0.1)
    service.run()
    apart = [after - before for before, after in pairwise(service.begun)]
    assert max(apart) - min(apart) > 0.005


def test_a_long_wait_gives_signs_of_life_more_often_than_the_watchdog_bites() -> None:
    service = Service(happens={1: soon(signal.SIGTERM, 1.5)}, every=3600, watchdog=0.6)
    service.run()
    alive = [at for word, at in service.said if word == "WATCHDOG=1"]
    assert max(after - before for before, after in pairwise(alive)) < 1
    assert alive[-1] - alive[0] > 1


def test_a_pass_that_hangs_gives_none_and_one_that_goes_on_does() -> None:
    def hangs() -> None:
        time.sleep(0.5)

    def goes_on() -> None:
        for _ in range(5):
            time.sleep(0.1)
            stopping.check()

    service = Service(happens={1: hangs, 2: goes_on, 3: to_me(signal.SIGTERM)}, watchdog=60)
    service.run()
    alive = [at for word, at in service.said if word == "WATCHDOG=1"]
    assert not [at for at in alive if service.begun[0] < at < service.begun[0] + 0.45]
    assert len([at for at in alive if service.begun[1] < at < service.begun[2]]) > 5


def test_where_nobody_waits_for_signs_of_life_none_is_given() -> None:
    service = Service(happens={4: to_me(signal.SIGTERM)})
    service.run()
    assert "WATCHDOG=1" not in service.words
