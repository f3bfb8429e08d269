"""What people are told of actions that did not go through."""

from bridge.protocols.writing import ListedAction
from bridge.sync.action_notices import listing_notices


def refused(ticket: int | None, number: str, key: str) -> ListedAction:
    return ListedAction(
        ticket=ticket, number=number, key=key, id=key.partition(":")[0], kind="email", state="refused", reason="no_address",
        at=0, changed_at=0,
    )  # fmt: skip


def test_a_letter_of_no_ticket_stands_beside_those_of_tickets_and_names_none():
    (notice,) = listing_notices([refused(7, "000007", "warn:ticket:1"), refused(None, "", "visit:customer:1")])
    assert notice.text.startswith(
        "2 actions are refused by the helpdesk: ticket 000007 warn (no_address), no ticket visit (no_address); "
    )
    (other,) = listing_notices([refused(None, "", "visit:customer:2")])
    assert other.gist != notice.gist
