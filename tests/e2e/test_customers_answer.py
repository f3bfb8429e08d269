"""What customers do with what the bridge offers them: rate a ticket that was resolved, and call the head of support."""

import re
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.contract.client import Client
from tests.contract.staff_pages import PREFIX, OsticketDesk, variable
from tests.contract.test_main_job import Bridge
from tests.e2e.conftest import POLICY, SHOWN_TO_CUSTOMERS
from tests.e2e.test_panel_in_use import log_in_as_customer
from tests.e2e.watched import Watched

HEAD = "head-of-support@desk.example"
ACTIONS = f"actions: {{per_day: 1000, per_ticket_per_day: 20, addresses: {{manager: {HEAD}}}}}"


@pytest.fixture
def acting(api: Client, bridge: Bridge) -> Iterator[Bridge]:
    """The bridge with its actions switched on, and with the customer's call offered; off again afterwards."""
    if "act" not in api.get("ping").body["scopes"]:
        pytest.skip("the key lacks the scope `act`")
    main, policy = bridge.config / "bridge.yaml", bridge.config.parent / POLICY
    before, agreement = main.read_text(encoding="utf-8"), policy.read_text(encoding="utf-8")
    main.write_text(before.replace("actions: off", ACTIONS), encoding="utf-8")
    offered = SHOWN_TO_CUSTOMERS.replace("due]", "due, attention]")
    policy.write_text(agreement.replace(SHOWN_TO_CUSTOMERS, offered), encoding="utf-8")
    bridge.sync()
    # What is done for tickets begins with the second after that in which it was switched on.
    time.sleep(1.1)
    yield bridge
    main.write_text(before, encoding="utf-8")
    policy.write_text(agreement, encoding="utf-8")
    bridge.sync()


@pytest.fixture
def letters() -> Callable[[str], list[EmailMessage]]:
    """Return the letters that osTicket has sent to an address since the test began."""
    folder = Path(variable("MAIL") or "/nowhere")
    if not folder.is_dir():
        pytest.skip(f"set {PREFIX}MAIL to the folder of the mail that osTicket sent")
    known = set(folder.glob("*.eml"))

    def to(address: str) -> list[EmailMessage]:
        found = [message_from_bytes(one.read_bytes(), policy=default) for one in set(folder.glob("*.eml")) - known]
        return [one for one in found if address in str(one["To"])]

    return to


def events(api: Client, ticket: int, kind: str) -> list[dict[str, Any]]:
    return [one for one in api.ticket(ticket)["events"] if one["kind"] == kind]


def closed(api: Client) -> int:
    statuses = api.get("meta").body["statuses"]
    return int(next(one["id"] for one in statuses if one["state"] == "closed"))


def test_customer_rates_a_resolved_ticket_by_the_letters_link_once_and_a_look_at_it_rates_nothing(
    browser: Any, desk: OsticketDesk, api: Client, acting: Bridge, open_ticket: Callable[..., int], token: str,
    letters: Callable[[str], list[EmailMessage]],
) -> None:  # fmt: skip
    email = f"rates-{token}@kolos.example"
    ticket = open_ticket(email=email)
    acting.sync()
    desk.reply(ticket, "Документ проводится после обновления.", status=closed(api))
    acting.sync()
    links = [
        link
        for one in letters(email)
        for link in re.findall(r"https?://\S*/sla-bridge/rating/[^\s\"<>)\]]+", one.get_body(("plain",)).get_content())
    ]
    assert len(set(links)) == 1, "one letter asks for a rating, by one link"
    path = links[0].removeprefix(desk.root)
    with Watched(browser, desk.root) as visitor:
        # Programs that look at mail follow every link; they rate nothing.
        assert visitor.page.request.head(links[0]).ok
        visitor.go(path)
        assert events(api, ticket, "rating") == []
        assert visitor.violations(".sla-ask") == []
        visitor.shoot("rating")
        visitor.page.check("input[name=score] >> nth=1")
        visitor.page.fill("textarea[name=comment]", "<b>Быстро</b> %{ticket.number}")
        visitor.submit(lambda: visitor.page.click(".sla-ask button"))
        assert visitor.page.locator(".sla-ask form").count() == 0
        (rated,) = events(api, ticket, "rating")
        assert rated["actor"] == "customer"
        visitor.go(path)
        assert visitor.page.locator(".sla-ask form").count() == 0
        assert visitor.errors == []
    acting.sync()
    assert len(events(api, ticket, "rating")) == 1
    assert len([one for one in letters(email) if "/sla-bridge/rating/" in one.as_string()]) <= 1


def test_customer_calls_the_head_of_support_once_and_the_head_gets_one_letter(
    browser: Any, desk: OsticketDesk, api: Client, acting: Bridge, open_ticket: Callable[..., int], token: str,
    letters: Callable[[str], list[EmailMessage]],
) -> None:  # fmt: skip
    email = f"calls-{token}@kolos.example"
    ticket = open_ticket(email=email)
    acting.sync()
    with Watched(browser, desk.root, width=390) as visitor:
        log_in_as_customer(visitor, email, api.ticket(ticket)["number"])
        visitor.page.click(".sla-call summary")
        assert visitor.violations(".sla-portal") == []
        visitor.shoot("call")
        visitor.page.fill(".sla-call textarea", "Стоит отгрузка, ответьте, пожалуйста!")
        visitor.submit(lambda: visitor.page.click(".sla-call button"))
        assert visitor.page.locator(".sla-call form").count() == 0, "a second call is not offered"
        assert visitor.errors == []
    assert api.ticket(ticket)["fields"]["sla_set_attention"] is True
    acting.sync()
    acting.sync()
    (letter,) = letters(HEAD)
    assert api.ticket(ticket)["number"] in str(letter["Subject"]) + letter.get_body(("plain",)).get_content()
