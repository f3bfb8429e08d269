"""An embedded helpdesk with a clock that stands still until it is told otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from bridge.connectors.sandbox import Sandbox
from tests.faults import FaultySandbox

NOON = 1_795_168_800
"""2026-11-20T10:00:00Z"""


@dataclass
class Clock:
    """A clock that tests move."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now


class Caller:
    """Asks one embedded helpdesk over HTTP."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.base = sandbox.url + "/api/sla-bridge/v1"
        self.session = requests.Session()
        self.session.headers["X-API-Key"] = sandbox.keys.full

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(f"{self.base}/{path}", **{"timeout": 10, "allow_redirects": False} | options)

    def write(self, ticket: int, rev: str, **fields: object) -> dict[str, Any]:
        body = {"lease": None, "items": [{"id": ticket, "if_rev": rev, "fields": fields}]}
        return self.session.post(f"{self.base}/writes", json=body, timeout=10).json()["results"][0]

    def ticket(self, ticket: int) -> dict[str, Any]:
        return self.get(f"tickets/{ticket}").json()

    def setup(self) -> None:
        answer = self.session.post(f"{self.base}/setup", json={"action": "apply", "inputs": ["product"]}, timeout=10)
        assert answer.status_code == 200


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with FaultySandbox(clock=clock) as running:
        yield running


@pytest.fixture
def caller(sandbox: Sandbox) -> Iterator[Caller]:
    asking = Caller(sandbox)
    asking.setup()
    sandbox.clear_journal()
    yield asking
    asking.session.close()
