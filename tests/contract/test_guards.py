"""Nobody but the bridge sets outputs, nobody but agents their inputs."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.client import Client
from tests.contract.conftest import outcome
from tests.contract.desk import Desk

FORGED = {"sla_level": "general", "sla_state": "met", "sla_reason": "Я себе разрешил", "sla_due": "2030-01-01 00:00:00",
          "sla_set_level": "general", "sla_set_critical": "1", "sla_set_promise": "2030-01-01 00:00:00"}  # fmt: skip


def nothing_of_ours_is_set(snapshot: dict[str, Any]) -> None:
    assert not any(snapshot["bridge"]["fields"].values()), snapshot["bridge"]["fields"]
    inputs = {name: value for name, value in snapshot["fields"].items() if name.startswith("sla_")}
    assert not any(inputs.values()), inputs
    told = [
        event for event in snapshot["events"] if event["kind"] == "field" and (event["field"] or "").startswith("sla_")
    ]
    assert told == []


def spellings(api: Client) -> dict[str, dict[str, str]]:
    """Return the forged values under every name that osTicket may understand."""
    ids = {field["name"]: str(field["id"]) for field in api.get("meta").body["fields"] if field["form"] == "ticket"}
    return {
        "name": FORGED,
        "id": {ids[name]: value for name, value in FORGED.items()},
        # A list of dates is a fatal error in osTicket's own form, where nobody takes it out of the request in time.
        "list": {f"{name}[]": value for name, value in FORGED.items()},
        "list under the id": {f"{ids[name]}[]": value for name, value in FORGED.items()},
        "upper case": {name.upper(): value for name, value in FORGED.items()},
        "checkbox": {"_field-checkboxes[]": ids["sla_set_critical"]},
        "with a colon": {f"{name}:x": value for name, value in FORGED.items()},
    }


@pytest.mark.parametrize("via", ["web", "api", "email"])
@pytest.mark.parametrize(
    "spelling", ["name", "id", "list", "list under the id", "upper case", "checkbox", "with a colon"]
)
def test_new_ticket_from_outside_sets_neither_outputs_nor_agents_inputs(
    api: Client, open_ticket: Callable[..., int], via: str, spelling: str
) -> None:
    forged = spellings(api)[spelling]
    if via == "email":
        forged = {
            f"X-{name.strip('[]').replace('_', '-').replace(':', '-').strip('-')}": value
            for name, value in forged.items()
        }
        forged = {name: value for name, value in forged.items() if value.isascii()}
    nothing_of_ours_is_set(api.ticket(open_ticket(via=via, extra=forged)))


def test_agents_new_ticket_form_may_set_his_inputs_but_no_outputs(
    desk: Desk, api: Client, open_ticket: Callable[..., int]
) -> None:
    inputs = {"sla_set_level": "general"}
    forged = FORGED if desk.real else {}
    outputs = {name: value for name, value in forged.items() if not name.startswith("sla_set_")}
    ticket = open_ticket(via="staff", extra=outputs | inputs)
    snapshot = api.ticket(ticket)
    assert not any(snapshot["bridge"]["fields"].values())
    assert snapshot["fields"]["sla_set_level"] == "general"
    assert snapshot["events"][0]["actor"] == "agent"


def test_edit_form_cannot_set_an_output(desk: Desk, api: Client, ticket: int) -> None:
    api.write_fields(ticket, sla_level="standard", sla_reason="Принято", sla_due="2026-11-20T15:00:00Z")
    before = api.ticket(ticket)["bridge"]
    outcome(
        lambda: desk.edit_form(
            ticket, {"product": "Комплексный учёт", "sla_level": "general", "sla_reason": "Я так хочу"}
        )
    )
    assert api.ticket(ticket)["bridge"] == before


def test_field_in_place_cannot_set_an_output(desk: Desk, api: Client, ticket: int) -> None:
    api.write_fields(ticket, sla_level="standard")
    before = api.ticket(ticket)
    assert desk.edit_field(ticket, "sla_level", value="general") is False
    assert desk.edit_field(ticket, "sla_reason", value="Я так хочу") is False
    after = api.ticket(ticket)
    assert (after["bridge"], after["rev"]) == (before["bridge"], before["rev"])


def test_reply_with_forged_fields_sets_nothing(real_desk, api: Client, ticket: int) -> None:
    agent = real_desk.agent
    agent._entry(
        ticket, "reply", {"response": "Ответ", "reply-to": "none", "sla_level": "general", "sla_set_critical": "1"}
    )
    snapshot = api.ticket(ticket)
    assert [event["kind"] for event in snapshot["events"]].count("response") == 1
    nothing_of_ours_is_set(snapshot)
