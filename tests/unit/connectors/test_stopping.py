"""A signal ends a pass between two requests, and no request is cut for it within the patience."""

import os
import signal
import threading
import time

import pytest
from pydantic import SecretStr

from bridge.connectors import stopping
from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import Transport
from bridge.errors import Interrupted
from tests.faults import Fault


def signalled(number: int, after: float) -> threading.Timer:
    timer = threading.Timer(after, os.kill, (os.getpid(), number))
    timer.start()
    return timer


def client(sandbox):
    return OsTicket(Transport(sandbox.url, SecretStr(sandbox.keys.full)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_request_under_way_ends_and_the_next_one_does_not_begin(sandbox, number):
    helpdesk = client(sandbox)
    helpdesk.ping()
    sandbox.faults.next("ping", Fault.DELAY, seconds=0.6)
    with stopping.between_requests():
        signalled(number, 0.2)
        assert helpdesk.ping().instance_id == sandbox.store.instance_id
        with pytest.raises(Interrupted) as ended:
            helpdesk.ping()
    assert ended.value.exit_code == 130
    helpdesk.ping()


@pytest.mark.parametrize("retry_after", ["30", "20"])
def test_a_wait_for_the_next_attempt_ends_at_once(sandbox, retry_after):
    helpdesk = client(sandbox)
    helpdesk.ping()
    sandbox.faults.next("ping", Fault.UNAVAILABLE, retry_after=retry_after)
    begun = time.monotonic()
    with stopping.between_requests():
        signalled(signal.SIGTERM, 0.2)
        with pytest.raises(Interrupted):
            helpdesk.ping()
    assert time.monotonic() - begun < 5


def test_a_request_that_does_not_end_is_abandoned_and_so_it_is_at_a_second_signal(sandbox, monkeypatch):
    monkeypatch.setattr(stopping, "PATIENCE_SECONDS", 1)
    for second in (False, True):
        helpdesk = client(sandbox)
        sandbox.faults.next("ping", Fault.DELAY, seconds=8)
        begun = time.monotonic()
        with stopping.between_requests():
            signalled(signal.SIGTERM, 0.1)
            if second:
                signalled(signal.SIGINT, 0.3)
            with pytest.raises(Interrupted):
                helpdesk.ping()
        assert time.monotonic() - begun < 6


def test_afterwards_signals_do_what_they_did_before():
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)]
    with stopping.between_requests():
        assert signal.getsignal(signal.SIGTERM) != before[0]
    assert [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)] == before
