"""What the connector says of the lease: each write names the one that was taken last, and none when it was given back."""

import pytest
from pydantic import SecretStr

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import Transport
from bridge.errors import HelpdeskRefused, LeaseRefused
from bridge.protocols.leading import LeaseDeed, LeaseWish
from bridge.protocols.provisioning import SetupRequest
from bridge.protocols.writing import Write, WriteResult

DIGEST = f"sha256:{'1' * 64}"
LEVELS = (("general", "General", True),)


def client(sandbox) -> OsTicket:
    return OsTicket(Transport(sandbox.url, SecretStr(sandbox.keys.full), sleep=lambda _: None))


def wish(do: LeaseDeed, holder: str = "a", ttl: float = 60) -> LeaseWish:
    return LeaseWish(do=do, holder=holder, ttl=ttl, policy=DIGEST)


@pytest.fixture
def ticket(sandbox) -> int:
    client(sandbox).setup(SetupRequest(action="apply", language="en", levels=LEVELS))
    return sandbox.people.create_ticket("question")


def written(helpdesk: OsTicket, ticket: int, state: str) -> WriteResult:
    found = helpdesk.ticket(ticket)
    (outcome,) = helpdesk.write([Write(id=ticket, if_rev=found.rev, fields={"sla_state": state})])
    return outcome.result


def test_who_leads_writes_and_who_led_before_does_not(sandbox, ticket) -> None:
    first, second = client(sandbox), client(sandbox)
    first.lease(wish(LeaseDeed.TAKE))
    assert written(first, ticket, "running") is WriteResult.OK
    second.lease(wish(LeaseDeed.TAKE))
    assert written(second, ticket, "paused") is WriteResult.OK
    with pytest.raises(LeaseRefused):
        written(first, ticket, "running")
    with pytest.raises(LeaseRefused):
        first.lease(wish(LeaseDeed.RENEW))


def test_renewing_and_giving_back_are_of_the_epoch_that_was_taken(sandbox, ticket) -> None:
    helpdesk = client(sandbox)
    for epoch in (1, 2):
        assert helpdesk.lease(wish(LeaseDeed.TAKE)).epoch == epoch
        assert helpdesk.lease(wish(LeaseDeed.RENEW)).epoch == epoch
        assert written(helpdesk, ticket, ("overdue", "paused")[epoch - 1]) is WriteResult.OK
    helpdesk.lease(wish(LeaseDeed.RELEASE))
    assert sandbox.store.rows("SELECT holder FROM lease")[0]["holder"] is None
    assert written(helpdesk, ticket, "running") is WriteResult.OK, "under none, while nobody holds it"
    client(sandbox).lease(wish(LeaseDeed.TAKE, "b"))
    with pytest.raises(LeaseRefused, match="b holds the lease"):
        written(helpdesk, ticket, "paused")


def test_a_take_that_was_refused_leaves_nothing_to_write_under(sandbox, ticket) -> None:
    first, second = client(sandbox), client(sandbox)
    first.lease(wish(LeaseDeed.TAKE, "a"))
    with pytest.raises(LeaseRefused, match="a holds the lease"):
        second.lease(wish(LeaseDeed.TAKE, "b"))
    with pytest.raises(LeaseRefused):
        written(second, ticket, "running")


def test_a_helpdesk_without_leases_is_no_leader_s(sandbox, ticket, monkeypatch) -> None:
    of_old = {key: one for key, one in sandbox._api._routes.items() if key != ("POST", "lease")}
    monkeypatch.setattr(sandbox._api, "_routes", of_old)
    with pytest.raises(HelpdeskRefused, match="lacks the feature lease") as refused:
        client(sandbox).lease(wish(LeaseDeed.TAKE))
    assert "lease: off" in refused.value.hint
