"""One bridge at a time may write, policies follow one another in an order, and who was stopped writes nothing stale."""

import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import INSTANT, Client, Reply

SHORT, LONG = 0.4, 60


def digest(word: str) -> str:
    return f"sha256:{sha256(word.encode()).hexdigest()}"


class Bridge:
    """One that leads, or wants to."""

    def __init__(self, api: Client, holder: str, policy: str) -> None:
        self.api, self.holder, self.policy = api, holder, policy
        self.epoch = 0

    def take(self, *, ttl: float = LONG, after: int | None = None) -> Reply:
        body = {"do": "take", "holder": self.holder, "ttl": ttl, "policy": self.policy, "after": after}
        reply = self.api.post("lease", body)
        if reply.status == 200:
            self.epoch = reply.body["epoch"]
        return reply

    def renew(self, *, ttl: float = LONG) -> Reply:
        return self.api.post("lease", {"do": "renew", "holder": self.holder, "ttl": ttl, "epoch": self.epoch})

    def release(self) -> Reply:
        return self.api.post("lease", {"do": "release", "holder": self.holder, "epoch": self.epoch})

    def write(self, ticket: int, **fields: object) -> Reply:
        item = {"id": ticket, "if_rev": self.api.ticket(ticket)["rev"], "fields": fields}
        return self.api.post("writes", {"lease": {"holder": self.holder, "epoch": self.epoch}, "items": [item]})


@pytest.fixture
def bridge(api: Client, token: str) -> Iterator[Callable[..., Bridge]]:
    """Make bridges; in the end nobody holds the lease."""
    made: list[Bridge] = []
    policy = api.get("ping").body["policy"]
    common = digest(token) if policy is None else policy["digest"]

    def make(name: str, policy: str | None = None) -> Bridge:
        made.append(Bridge(api, f"{name}-{token}", policy or common))
        return made[-1]

    yield make
    for one in made:
        if one.epoch:
            one.release()
    assert api.get("changes", limit=1).body["lease"] is None


def seq(api: Client) -> int:
    found = api.get("ping").body["policy"]
    return 0 if found is None else found["seq"]


def state_of(api: Client, ticket: int) -> object:
    return api.ticket(ticket)["bridge"]["fields"].get("sla_state")


def test_who_takes_the_lease_is_told_its_epoch_and_until_when(api: Client, bridge: Callable[..., Bridge]) -> None:
    first = bridge("first").take(ttl=30).body
    assert (first["epoch"] >= 1, first["seq"], bool(INSTANT.fullmatch(first["expires_at"]))) == (True, seq(api), True)
    told = api.get("changes", limit=1).body["lease"]
    assert told == {"holder": first["holder"], "epoch": first["epoch"], "expires_at": first["expires_at"]}


def test_another_may_not_take_what_is_held_and_is_told_by_whom_and_until_when(bridge: Callable[..., Bridge]) -> None:
    first, second = bridge("first"), bridge("second")
    until = first.take().body["expires_at"]
    reply = second.take()
    assert (reply.status, reply.code) == (409, "lease_held")
    assert first.holder in reply.text
    assert until in reply.text


def test_every_take_has_a_higher_epoch_and_ends_the_one_before(
    api: Client, bridge: Callable[..., Bridge], ticket: int
) -> None:
    killed = bridge("same")
    before = killed.take().body["epoch"]
    again = Bridge(api, killed.holder, killed.policy)
    assert again.take().body["epoch"] > before
    reply = killed.write(ticket, sla_state="met")
    assert (reply.status, reply.code, state_of(api, ticket)) == (409, "lease_lost", None)
    assert killed.renew().code == "lease_lost"
    assert killed.release().code == "lease_lost"
    assert again.write(ticket, sla_state="met").body["results"][0]["result"] == "ok"
    killed.epoch = again.epoch


def test_who_was_stopped_writes_nothing_once_another_leads(
    api: Client, bridge: Callable[..., Bridge], ticket: int
) -> None:
    stopped, other = bridge("stopped"), bridge("other")
    stopped.take(ttl=SHORT)
    time.sleep(SHORT + 0.1)
    assert other.take().status == 200
    assert other.write(ticket, sla_state="met").body["results"][0]["result"] == "ok"
    reply = stopped.write(ticket, sla_state="missed")
    assert (reply.status, reply.code, state_of(api, ticket)) == (409, "lease_lost", "met")


def test_lapsed_lease_writes_nothing_even_if_nobody_took_it(
    api: Client, bridge: Callable[..., Bridge], ticket: int
) -> None:
    alone = bridge("alone")
    alone.take(ttl=SHORT)
    time.sleep(SHORT + 0.1)
    assert (alone.write(ticket, sla_state="met").code, state_of(api, ticket)) == ("lease_lost", None)
    assert alone.renew().status == 200, "nobody came in between"
    assert alone.write(ticket, sla_state="met").body["results"][0]["result"] == "ok"


def test_renewed_lease_outlives_its_first_end(bridge: Callable[..., Bridge], ticket: int) -> None:
    leader, other = bridge("leader"), bridge("other")
    leader.take(ttl=SHORT)
    renewed = leader.renew()
    assert (renewed.body["epoch"], renewed.body["holder"]) == (leader.epoch, leader.holder)
    time.sleep(SHORT + 0.1)
    assert other.take().code == "lease_held"
    assert leader.write(ticket, sla_state="met").status == 200


def test_released_lease_is_free_at_once_and_good_for_nothing(
    api: Client, bridge: Callable[..., Bridge], ticket: int
) -> None:
    first, second = bridge("first"), bridge("second")
    first.take()
    released = first.release().body
    assert (released["holder"], released["expires_at"]) == (None, None)
    refused = first.write(ticket, sla_state="met")
    assert (refused.code, state_of(api, ticket)) == ("lease_lost", None)
    assert "it was given back" in refused.body["error"]["message"]
    assert second.take().status == 200


def test_who_was_stopped_while_another_led_and_ended_is_not_told_that_his_own_was_given_back(
    bridge: Callable[..., Bridge], ticket: int
) -> None:
    stopped, other = bridge("stopped"), bridge("other")
    stopped.take(ttl=SHORT)
    time.sleep(SHORT + 0.1)
    other.take()
    assert f"{other.holder} took it" in stopped.write(ticket, sla_state="met").body["error"]["message"]
    other.release()
    refused = stopped.write(ticket, sla_state="met")
    assert refused.code == "lease_lost"
    assert "another one took it since, and gave it back" in refused.body["error"]["message"]


def test_write_without_a_lease_is_refused_while_somebody_holds_one(
    api: Client, bridge: Callable[..., Bridge], ticket: int
) -> None:
    leader = bridge("leader")
    leader.take()
    item = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "fields": {"sla_state": "met"}}
    reply = api.post("writes", {"lease": None, "items": [item]})
    assert (reply.status, reply.code, state_of(api, ticket)) == (409, "lease_held", None)
    leader.release()
    assert api.write(item)[0]["result"] == "ok"


def test_same_policy_keeps_its_number_whoever_brings_it(bridge: Callable[..., Bridge]) -> None:
    first, second = bridge("first"), bridge("second")
    number = first.take().body["seq"]
    first.release()
    assert second.take(after=number + 7).body["seq"] == number


def test_policy_is_replaced_only_by_who_has_seen_it(api: Client, bridge: Callable[..., Bridge], token: str) -> None:
    old, new = bridge("old"), bridge("new", digest(f"new {token}"))
    number = old.take().body["seq"]
    old.release()
    for after in (None, 0, number - 1, number + 1):
        if after is None or after >= 0:
            reply = new.take(after=after)
            assert (reply.status, reply.code) == (409, "policy_older"), after
    assert new.take(after=number).body["seq"] == number + 1
    assert api.get("ping").body["policy"] == {"seq": number + 1, "digest": new.policy}
    new.release()
    assert old.take(after=number).code == "policy_older"
    assert api.get("changes", limit=1).body["lease"] is None, "a refused wish takes nothing"
    rolled_back = old.take(after=number + 1)
    assert rolled_back.body["seq"] == number + 2, "a rollback is a new number"


TAKE: dict[str, Any] = {"do": "take", "holder": "a", "ttl": 30, "policy": digest("a"), "after": None}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"do": "steal"},
        {"do": ["take"]},
        TAKE | {"holder": ""},
        TAKE | {"holder": "two words"},
        TAKE | {"holder": "x" * 101},
        TAKE | {"holder": 7},
        TAKE | {"ttl": 0},
        TAKE | {"ttl": 3601},
        TAKE | {"ttl": "30"},
        TAKE | {"ttl": True},
        TAKE | {"policy": None},
        TAKE | {"policy": "sha256:ab"},
        TAKE | {"policy": digest("a") + "\n"},
        TAKE | {"after": -1},
        TAKE | {"after": 1.5},
        {"do": "renew", "holder": "a", "ttl": 30},
        {"do": "renew", "holder": "a", "ttl": 30, "epoch": 0},
        {"do": "release", "holder": "a", "epoch": "1"},
    ],
)
def test_wish_of_another_shape_is_refused(api: Client, body: object) -> None:
    reply = api.post("lease", body)
    assert (reply.status, reply.code) == (422, "unprocessable")
    assert api.get("changes", limit=1).body["lease"] is None


@pytest.mark.parametrize(
    "lease", ["a", 1, [], {}, {"holder": "a"}, {"holder": "a", "epoch": "1"}, {"holder": "a", "epoch": 0}]
)
def test_batch_under_what_is_no_lease_is_refused(api: Client, lease: object) -> None:
    reply = api.post("writes", {"lease": lease, "items": []})
    assert (reply.status, reply.code) == (422, "unprocessable")


def test_table_of_the_lease_comes_with_an_update(
    api: Client, back: OsticketBackDoor, bridge: Callable[..., Bridge]
) -> None:
    back.sql("DROP TABLE %sla_bridge_lease; UPDATE %sla_bridge_state SET version = 8")
    assert api.get("ping").body["policy"] is None
    assert bridge("first").take(after=7).body["seq"] == 1
