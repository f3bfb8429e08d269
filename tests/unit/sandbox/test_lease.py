"""What only the embedded helpdesk's own clock and its threads can show of the lease."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bridge.connectors.sandbox.lease import Lease
from bridge.connectors.sandbox.responses import Refusal
from bridge.connectors.sandbox.store import Store
from tests.unit.sandbox.conftest import Caller, Clock

FIRST, SECOND = (f"sha256:{one * 64}" for one in "12")


class Seconds:
    """A clock with fractions."""

    def __init__(self) -> None:
        self.now = 1_795_168_800.25

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def lease(seconds: Seconds) -> Iterator[Lease]:
    store = Store(None, seconds)
    yield Lease(store)
    store.close()


def take(lease: Lease, holder: str, policy: str = FIRST, *, ttl: float = 1, after: int | None = None) -> int:
    wish = {"do": "take", "holder": holder, "ttl": ttl, "policy": policy, "after": after}
    return int(lease.asked(wish)["epoch"])


def refused(lease: Lease, **wish: object) -> str:
    with pytest.raises(Refusal) as found:
        lease.asked(wish)
    return found.value.code


def written(lease: Lease, holder: str, epoch: int) -> bool:
    try:
        lease.check({"holder": holder, "epoch": epoch})
    except Refusal:
        return False
    return True


def test_it_ends_to_the_fraction_of_a_second(lease: Lease, seconds: Seconds) -> None:
    epoch = take(lease, "a", ttl=0.5)
    for passed, stands in ((0.0, True), (0.375, True), (0.5, False), (0.625, False)):
        seconds.now = 1_795_168_800.25 + passed
        assert written(lease, "a", epoch) == stands, passed
        assert (lease.told() is not None) == stands


def test_at_its_very_end_another_may_take_it_and_not_before(lease: Lease, seconds: Seconds) -> None:
    take(lease, "a", ttl=0.5)
    seconds.now += 0.49
    assert refused(lease, do="take", holder="b", ttl=1, policy=FIRST) == "lease_held"
    seconds.now += 0.01
    assert take(lease, "b") == 2


def test_epochs_only_grow_whatever_becomes_of_the_lease(lease: Lease, seconds: Seconds) -> None:
    epochs = []
    for turn in range(12):
        holder = "ab"[turn % 2]
        epochs.append(take(lease, holder))
        if turn % 3 == 0:
            lease.asked({"do": "release", "holder": holder, "epoch": epochs[-1]})
        else:
            seconds.now += 2
    assert epochs == list(range(1, 13))


def test_only_the_latest_epoch_of_its_own_holder_writes(lease: Lease) -> None:
    old, new = take(lease, "a"), take(lease, "a")
    asked = [("a", old), ("a", new), ("b", new), ("a", new + 1)]
    assert [written(lease, *one) for one in asked] == [False, True, False, False]


@pytest.mark.parametrize("do", ["renew", "release"])
def test_nobody_but_its_holder_renews_it_or_gives_it_back(lease: Lease, do: str) -> None:
    epoch = take(lease, "a")
    for holder, number in (("b", epoch), ("a", epoch + 1)):
        assert refused(lease, do=do, holder=holder, epoch=number, ttl=1) == "lease_lost"
    assert written(lease, "a", epoch)


def test_renewing_counts_from_now(lease: Lease, seconds: Seconds) -> None:
    epoch = take(lease, "a", ttl=10)
    lease.asked({"do": "renew", "holder": "a", "epoch": epoch, "ttl": 1})
    seconds.now += 0.75
    assert written(lease, "a", epoch)
    seconds.now += 0.5
    assert not written(lease, "a", epoch)


def test_who_names_a_policy_that_was_replaced_before_has_not_seen_the_latest(lease: Lease) -> None:
    take(lease, "a", FIRST)
    take(lease, "a", SECOND, after=1)
    assert refused(lease, do="take", holder="a", ttl=1, policy=FIRST, after=1) == "policy_older"
    assert lease.policy() == {"seq": 2, "digest": SECOND}
    take(lease, "a", FIRST, after=2)
    assert lease.policy() == {"seq": 3, "digest": FIRST}


def test_a_policy_that_comes_again_keeps_its_number(lease: Lease) -> None:
    for _ in range(3):
        take(lease, "a", FIRST)
    assert lease.policy() == {"seq": 1, "digest": FIRST}


def test_between_the_comparison_and_the_write_nobody_takes_it(
    caller: Caller, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison is a part of the write's own transaction: another bridge waits until the write is over."""
    desk = caller.sandbox
    ticket = desk.people.create_ticket("question")
    lease, order = Lease(desk.store), list[str]()
    epoch, compared = take(lease, "a"), Lease.check

    def takes() -> None:
        stands = desk.store.rows("SELECT * FROM answers")
        order.append(f"taken, written: {len(stands)}")

    other = threading.Thread(target=lambda: (take(Lease(desk.store), "b"), takes()))

    def slow(self: Lease, under: Any) -> None:
        compared(self, under)
        clock.now += 2
        other.start()
        other.join(0.3)
        order.append("compared")

    monkeypatch.setattr(Lease, "check", slow)
    item = {"id": ticket, "if_rev": caller.ticket(ticket)["rev"], "fields": {"sla_reason": "why"}}
    body = {"lease": {"holder": "a", "epoch": epoch}, "items": [item]}
    answer = caller.session.post(f"{caller.base}/writes", json=body, timeout=10)
    other.join()
    assert (answer.status_code, order) == (200, ["compared", "taken, written: 1"])
