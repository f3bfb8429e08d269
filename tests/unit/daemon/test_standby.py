"""How long a bridge waits after a pass: its interval, or a few seconds where another one may have died."""

import pytest

from bridge.connectors import stopping
from bridge.daemon.loop import STANDBY, Loop, Pace
from bridge.daemon.notify import Notifier
from bridge.daemon.pass_end import PassEnd
from bridge.errors import Busy, GuardRefused, LeaseRefused
from bridge.sync.engine import RunReport

LEADS = LeaseRefused("host-b leads")
OLDER = LeaseRefused("a later policy is in force", policy_older=True)


def ended(trouble):
    return PassEnd(at=0, seconds=0, report=None if trouble else RunReport(), trouble=trouble)


def waited(monkeypatch, trouble):
    """How many seconds the loop waited after one pass that ended so."""
    waits: list[float] = []
    asked = iter((False, True))
    monkeypatch.setattr(stopping, "asked", lambda: next(asked, True))
    loop = Loop(
        lambda: ended(trouble), lambda: None, lambda: Pace(every=60, jitter=0), Notifier(), monotonic=lambda: 1000.0
    )
    monkeypatch.setattr(Loop, "_wait", lambda _, until: waits.append(until - 1000.0))
    loop.run()
    return waits[0]


def test_one_that_waits_to_lead_tries_again_in_a_few_seconds(monkeypatch):
    assert STANDBY.every <= waited(monkeypatch, LEADS) <= STANDBY.every + STANDBY.jitter
    assert STANDBY.every + STANDBY.jitter < 5


@pytest.mark.parametrize("trouble", [None, OLDER, Busy("another run holds the lock"), GuardRefused("too many")])
def test_after_every_other_end_its_interval_holds(monkeypatch, trouble):
    assert waited(monkeypatch, trouble) == 60


@pytest.mark.parametrize(
    ("lease", "every", "jitter", "paced"),
    [(None, 60, 10, (60, 10)), (30, 60, 10, (30, 3)), (30, 10, 1, (10, 1)), (5, 86_400, 3600, (5, 3))],
)
def test_with_a_lease_it_looks_at_least_once_in_its_time(lease, every, jitter, paced):
    pace = Pace.of(every=every, jitter=jitter, lease=lease)
    assert (pace.every, pace.jitter) == paced
