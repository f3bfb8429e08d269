"""Provisioning: planned, applied, applied again, taken back."""

from collections.abc import Iterator
from typing import Any

import pytest

from bridge.connectors.sandbox import Sandbox
from tests.contract.client import Client
from tests.contract.desk import API, INPUTS, LEVELS, SETUP
from tests.contract.test_ping_and_meta import AGENTS_INPUTS, OUTPUTS


def as_it_stands(api: Client) -> dict[str, Any]:
    """Return a setup request that asks for what a helpdesk in use has already: nobody's labels are to change."""
    fields = {field["name"]: field for field in api.get("meta").body["fields"] if field["form"] == "ticket"}
    choosable = fields["sla_set_level"]["choices"]
    levels = [
        {"id": key, "label": label, "choosable": key in choosable}
        for key, label in fields["sla_level"]["choices"].items()
    ]
    language = "en" if fields["sla_due"]["label"].isascii() else "ru"
    return SETUP | {"language": language, "levels": levels}


def test_second_apply_changes_nothing_and_the_plan_is_all_done(api: Client) -> None:
    request = as_it_stands(api)
    assert api.post("setup", {"action": "apply", **request}).status == 200
    again = api.post("setup", {"action": "apply", **request}).body
    assert (again["action"], again["changed"]) == ("apply", 0)
    assert {step["state"] for step in again["steps"]} <= {"done", "conflict"}
    plan = api.post("setup", {"action": "plan", **request}).body
    assert (plan["action"], plan["changed"]) == ("plan", 0)
    assert {step["state"] for step in plan["steps"]} <= {"done", "conflict"}
    assert {f"field:{name}" for name in (*OUTPUTS, *AGENTS_INPUTS)} <= {step["id"] for step in plan["steps"]}


def test_written_values_survive_another_apply(api: Client, ticket: int) -> None:
    api.write_fields(ticket, sla_level="general", sla_due="2026-11-20T15:00:00Z")
    before = api.ticket(ticket)
    api.post("setup", {"action": "apply", **as_it_stands(api)})
    assert api.ticket(ticket) == before


@pytest.mark.parametrize("action", ["", "destroy", "Plan", None, 7])
def test_unknown_action_is_a_bad_request(api: Client, action: object) -> None:
    reply = api.post("setup", {**SETUP, "action": action})
    assert (reply.status, reply.code) == (400, "bad_request")


@pytest.mark.parametrize(
    "wrong",
    [{"levels": "standard"}, {"levels": [{"label": "A"}]}, {"levels": [7]}, {"inputs": ["no_such_input"]}, {"inputs": "product"},
     {"levels": [{"id": "ok", "label": "A"}, {"id": "not_ok", "label": "B"}]}, {"tables": 1}, {"keep_values": "no"},
     {"keep_values": True, "tables": True}],
)  # fmt: skip
def test_setup_of_the_wrong_shape_is_unprocessable(api: Client, wrong: dict[str, Any]) -> None:
    reply = api.post("setup", {"action": "plan", **SETUP, **wrong})
    assert (reply.status, reply.code) == (422, "unprocessable")


@pytest.fixture
def fresh() -> Iterator[tuple[Sandbox, Client]]:
    """A helpdesk without any of the bridge's fields: an embedded one, since a real one in use is not emptied."""
    with Sandbox() as sandbox:
        client = Client(sandbox.url + API, sandbox.keys.full)
        yield sandbox, client
        client.close()


def test_plan_changes_nothing_and_apply_does_what_was_planned(fresh: tuple[Sandbox, Client]) -> None:
    _, api = fresh
    before = api.get("meta").body["meta_rev"]
    plan = api.post("setup", {"action": "plan", **SETUP}).body
    assert plan["changed"] == 0
    assert {step["state"] for step in plan["steps"]} == {"todo"}
    assert api.get("meta").body["meta_rev"] == before
    done = api.post("setup", {"action": "apply", **SETUP}).body
    assert done["changed"] == len(plan["steps"])
    assert [step["id"] for step in done["steps"]] == [step["id"] for step in plan["steps"]]
    assert {step["state"] for step in done["steps"]} == {"done"}
    meta = api.get("meta").body
    fields = {field["name"]: field for field in meta["fields"] if field["form"] == "ticket"}
    assert set(fields["sla_level"]["choices"]) == {level["id"] for level in LEVELS}
    assert set(fields["sla_set_level"]["choices"]) == {"automatic", "general", "standard", "development"}
    assert set(INPUTS) <= set(fields)
    assert [status["state"] for status in meta["statuses"]].count("open") == 2
    assert api.post("setup", {"action": "apply", **SETUP}).body["changed"] == 0


def test_field_of_the_same_name_that_is_not_ours_is_a_conflict(fresh: tuple[Sandbox, Client]) -> None:
    sandbox, api = fresh
    sandbox.people.add_field("sla_level", "text")
    for action in ("plan", "apply"):
        steps = {step["id"]: step for step in api.post("setup", {"action": action, **SETUP}).body["steps"]}
        assert steps["field:sla_level"]["state"] == "conflict"
        assert "sla_level" in steps["field:sla_level"]["detail"]
    fields = {field["name"]: field for field in api.get("meta").body["fields"]}
    assert (fields["sla_level"]["type"], fields["sla_state"]["type"]) == ("text", "choices")


def test_another_language_gives_fields_the_other_label_but_for_one_that_somebody_gave(
    fresh: tuple[Sandbox, Client],
) -> None:
    sandbox, api = fresh
    api.post("setup", {"action": "apply", **SETUP})
    sandbox.store.row("UPDATE fields SET label = 'До когда' WHERE name = 'sla_due'")
    api.post("setup", {"action": "apply", **SETUP, "language": "en"})
    labels = {field["name"]: field["label"] for field in api.get("meta").body["fields"]}
    assert (labels["sla_level"], labels["sla_due"]) == ("SLA level", "До когда")
    assert labels["product"] == "Продукт"
    assert api.post("setup", {"action": "apply", **SETUP, "language": "en"}).body["changed"] == 0


def test_new_level_is_added_by_the_next_apply(fresh: tuple[Sandbox, Client]) -> None:
    _, api = fresh
    api.post("setup", {"action": "apply", **SETUP})
    more = SETUP | {"levels": [*LEVELS, {"id": "platinum", "label": "Платиновый", "choosable": True}]}
    done = api.post("setup", {"action": "apply", **more}).body
    assert done["changed"] == 2
    fields = {field["name"]: field for field in api.get("meta").body["fields"]}
    assert fields["sla_level"]["choices"]["platinum"] == "Платиновый"


def test_remove_takes_our_fields_and_data_and_leaves_the_customers(fresh: tuple[Sandbox, Client]) -> None:
    sandbox, api = fresh
    api.post("setup", {"action": "apply", **SETUP})
    ticket = sandbox.people.create_ticket("Вопрос", fields={"product": "Комплексный учёт"})
    api.write_fields(ticket, sla_level="standard")
    removed = api.post("setup", {"action": "remove"}).body
    assert removed["changed"] > 0
    fields = {field["name"] for field in api.get("meta").body["fields"]}
    assert not {name for name in fields if name.startswith("sla_")}
    assert set(INPUTS) <= fields
    snapshot = api.ticket(ticket)
    assert snapshot["fields"] == {"product": "Комплексный учёт"}
    assert snapshot["bridge"] == {"fields": {}, "cycles": [], "detail": {}, "actions": [], "mail": None}
    assert api.post("setup", {"action": "remove"}).body["changed"] == 0
    assert [status["state"] for status in api.get("meta").body["statuses"]].count("open") == 2
    api.post("setup", {"action": "apply", **SETUP})
    assert api.ticket(ticket)["bridge"]["fields"] == {}


def test_plan_of_a_removal_changes_nothing_and_is_what_the_removal_does(fresh: tuple[Sandbox, Client]) -> None:
    sandbox, api = fresh
    api.post("setup", {"action": "apply", **SETUP})
    ticket = sandbox.people.create_ticket("Вопрос")
    api.write_fields(ticket, sla_level="standard")
    before = api.ticket(ticket), api.get("meta").body["meta_rev"]
    plan = api.post("setup", {"action": "plan_remove"}).body
    assert (plan["action"], plan["changed"], plan["uses"]) == ("plan_remove", 0, [])
    assert (api.ticket(ticket), api.get("meta").body["meta_rev"]) == before
    done = api.post("setup", {"action": "remove"}).body
    assert [step["id"] for step in done["steps"]] == [step["id"] for step in plan["steps"]]
    assert done["changed"] == sum(step["state"] == "todo" for step in plan["steps"]) > 0
    assert done["uses"] is None


def test_removal_that_keeps_values_leaves_fields_and_records(fresh: tuple[Sandbox, Client]) -> None:
    sandbox, api = fresh
    api.post("setup", {"action": "apply", **SETUP})
    ticket = sandbox.people.create_ticket("Вопрос")
    api.write_fields(ticket, sla_level="standard", sla_reason="Остаётся")
    before = api.ticket(ticket)
    done = api.post("setup", {"action": "remove", "keep_values": True}).body
    assert done["changed"] > 0
    assert not [step for step in done["steps"] if step["id"].startswith("field:")]
    assert api.ticket(ticket) == before
    plan = {step["id"]: step["state"] for step in api.post("setup", {"action": "plan", **SETUP}).body["steps"]}
    assert {state for name, state in plan.items() if name.startswith("field:")} == {"done"}
    assert "todo" in plan.values()
