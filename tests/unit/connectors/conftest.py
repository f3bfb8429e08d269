from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from bridge.connectors.helpdesks.transport import HttpLimits, Transport
from bridge.connectors.sandbox import Sandbox
from tests import canary
from tests.faults import FaultySandbox

CANARY = canary.key("FF")


class Watch:
    """A stopwatch whose hand moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def transport(watch: Watch) -> Iterator[Callable[..., Transport]]:
    """Make transports that wait on the stopwatch."""
    made: list[Transport] = []

    def make(url: str, *, key: str = CANARY, ca_file: str | None = None, **limits: Any) -> Transport:
        bounds = HttpLimits(**{"connect_seconds": 2, "request_seconds": 5, **limits})
        made.append(
            Transport(url, SecretStr(key), limits=bounds, ca_file=ca_file, sleep=watch.sleep, monotonic=watch.monotonic)
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with FaultySandbox() as running:
        yield running
