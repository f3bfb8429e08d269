"""A signal ends a pass between two requests, and no request is cut for it within the patience."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

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


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_whoever_asks_twice_waits_for_no_patience(sandbox, monkeypatch, second):
    monkeypatch.setattr(stopping, "PATIENCE_SECONDS", 60)
    helpdesk = client(sandbox)
    helpdesk.ping()
    sandbox.faults.next("ping", Fault.DELAY, seconds=20)
    begun = time.monotonic()
    with stopping.between_requests():
        timers = [signalled(signal.SIGTERM, 0.2), signalled(second, 0.7)]
        with pytest.raises(Interrupted):
            helpdesk.ping()
        for one in timers:
            one.join()
    assert time.monotonic() - begun < 10


def test_who_was_told_to_stop_may_still_give_back_what_others_wait_for(sandbox):
    helpdesk = client(sandbox)
    helpdesk.ping()
    with stopping.between_requests():
        os.kill(os.getpid(), signal.SIGTERM)
        with stopping.last_words():
            assert helpdesk.ping().instance_id == sandbox.store.instance_id
        with pytest.raises(Interrupted):
            helpdesk.ping()


def test_afterwards_signals_do_what_they_did_before():
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)]
    with stopping.between_requests():
        assert signal.getsignal(signal.SIGTERM) != before[0]
    assert [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)] == before


def test_a_block_within_another_one_leaves_the_stop_known_to_the_outer_one():
    with stopping.between_requests():
        with stopping.between_requests():
            os.kill(os.getpid(), signal.SIGTERM)
        assert stopping.asked(), "asked for while a pass was ending, and not forgotten by the next one"
        with pytest.raises(Interrupted):
            stopping.check()
    assert not stopping.asked()
    stopping.check()


def test_a_request_of_another_thread_is_abandoned_as_well(sandbox, monkeypatch):
    monkeypatch.setattr(stopping, "PATIENCE_SECONDS", 1)
    helpdesk = client(sandbox)
    helpdesk.ping()
    sandbox.faults.next("ping", Fault.DELAY, seconds=8)
    begun = time.monotonic()

    def waits_for_its_lane():
        with ThreadPoolExecutor(1) as lane:
            lane.submit(helpdesk.ping)
            signalled(signal.SIGTERM, 0.1)
            time.sleep(6)

    with stopping.between_requests(), pytest.raises(Interrupted):
        waits_for_its_lane()
    assert time.monotonic() - begun < 4, "the thread was waited for, and its request was cut"


def test_each_request_is_a_sign_of_life_and_a_wait_for_its_answer_is_none(sandbox):
    heard = []
    helpdesk = client(sandbox)
    with stopping.between_requests(lambda: heard.append(time.monotonic())):
        helpdesk.ping()
        sandbox.faults.next("ping", Fault.DELAY, seconds=1)
        helpdesk.ping()
    helpdesk.ping()
    assert len(heard) == 2
    assert time.monotonic() - heard[-1] > 0.9
