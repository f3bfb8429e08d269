"""What a candidate policy changes: grouped, additive, with limits."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.decisions import Decision
from bridge.policies.agreement.policy import Policy
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.cases import policy_zone
from bridge.policies.trials.models import TicketModel
from bridge.policies.trials.notation import moment, snapshot
from bridge.policies.trials.run import registry_answer
from bridge.policies.trials.simulate import KINDS, Limits, compare, simulate
from bridge.policies.trials.simulation_reports import as_json, as_text
from bridge.tickets import Reference, Ticket

CONFIG = Path(__file__).parents[3] / "config"


def policy(*changes: tuple[str, str]) -> Policy:
    files = {str(path.relative_to(CONFIG)): path.read_bytes() for path in CONFIG.rglob("*.yaml")}
    text = files["policies/agrosoft.yaml"].decode()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return compile_policy({**files, "policies/agrosoft.yaml": text.encode()}).policy


CURRENT = policy()
ZONE = policy_zone(CURRENT)
NOW = moment("2025-04-08 06:00", ZONE)
REGISTRY = registry_answer("commercial", {}, NOW)


def tickets() -> list[Ticket]:
    """Five tickets: two plain ones, an early one, one answered, one of consulting."""
    written: list[dict[str, object]] = [
        {"created": "2025-04-07 12:00"},
        {"created": "2025-04-08 05:10"},
        {"created": "2025-04-07 08:00"},
        {"created": "2025-04-07 08:00", "then": ["09:00 answer"]},
        {"created": "2025-04-07 08:00", "topic": "General Inquiry"},
    ]
    models = [TicketModel.model_validate({"topic": "Report a Problem", **one}) for one in written]
    return [snapshot(model, ZONE, NOW, number=number) for number, model in enumerate(models, start=1)]


def by(one: Policy) -> Callable[[Ticket], Decision]:
    return lambda ticket: decide(ticket, one, now=NOW, registry=REGISTRY)


SHORTER = policy(("first_response: 8h", "first_response: 6h"))
NO_CONSULTING = policy(
    ("    topic: [General Inquiry, Consulting, Общие вопросы, Консультация]", "    topic: [Consulting]")
)


EAGER = policy(("at_risk: 75%", "at_risk: 10%"))
RENAMED = policy(("  general:                       # AG-1", "  basic:  # AG-1"), ("level: general", "level: basic"))


def test_a_state_may_change_while_the_deadline_stays() -> None:
    summary = simulate(tickets(), by(CURRENT), by(EAGER))
    assert summary.states[("running", "at_risk")] == summary.changed
    assert (summary.earlier, summary.later) == (0, 0)


def test_a_level_may_change_where_there_is_no_deadline() -> None:
    answered = [replace(ticket, id=9) for ticket in tickets() if len(ticket.events) > 1]
    consulting = [replace(ticket, topic=Reference(id=7, name="Consulting")) for ticket in answered]
    summary = simulate(consulting, by(CURRENT), by(RENAMED))
    assert summary.levels == {("general", "basic"): 1}
    assert (summary.earlier, summary.later) == (0, 0)


def test_the_same_policy_changes_nothing() -> None:
    summary = simulate(tickets(), by(CURRENT), by(policy()))
    assert (summary.tickets, summary.changed) == (5, 0)
    assert as_text(summary) == "0 of 5 tickets would change (0.0%)"


def test_the_terminal_shows_a_few_tickets_and_each_only_once() -> None:
    text = as_text(simulate(tickets(), by(CURRENT), by(SHORTER)))
    shown = [line for line in text.splitlines() if line.startswith("  for example ")]
    assert len(shown) == 3
    assert "state at_risk → overdue" in shown[0]
    assert "first_response breached" in shown[0]
    assert all("due 2025-04-" in line for line in shown)


def test_a_shorter_target_moves_deadlines_and_breaks_some() -> None:
    summary = simulate(tickets(), by(CURRENT), by(SHORTER))
    assert (summary.tickets, summary.changed) == (5, 3)
    assert summary.kinds == {"deadline": 3, "state": 1, "breached": 1, "thresholds": 1}
    assert (summary.earlier, summary.earlier_seconds, summary.later) == (3, 2 * 7200 + 17 * 3600, 0)
    assert summary.breached == {"first_response": 1}
    assert summary.states == {("at_risk", "overdue"): 1}
    assert [change.ticket_id for change in summary.samples["deadline"]] == [1, 2, 3]


def test_the_way_back_saves_what_was_broken() -> None:
    summary = simulate(tickets(), by(SHORTER), by(CURRENT))
    assert summary.saved == {"first_response": 1}
    assert (summary.later, summary.earlier) == (3, 0)


def test_moves_between_levels_and_rules_are_grouped() -> None:
    summary = simulate(tickets(), by(CURRENT), by(NO_CONSULTING))
    assert summary.levels == {("general", "standard"): 1}
    assert summary.rules == {("consulting", "commercial"): 1}
    assert (summary.departments, summary.categories) == ({"Support": 1}, {"commercial": 1})
    (change,) = summary.samples["level"]
    assert change.kinds[:2] == ("level", "deadline")


def test_a_ticket_that_cannot_be_decided_does_not_hide_the_others() -> None:
    def broken(ticket: Ticket) -> Decision:
        if ticket.id == 2:
            raise ValueError("no such calendar")
        return by(SHORTER)(ticket)

    summary = simulate(tickets(), by(CURRENT), broken)
    assert (summary.tickets, summary.changed, summary.failed) == (5, 2, [(2, "ValueError: no such calendar")])
    assert "not decided: ticket 2: ValueError" in as_text(summary)


def test_parts_join_to_the_same_summary() -> None:
    whole = simulate(tickets(), by(CURRENT), by(SHORTER), samples=2)
    first = simulate(tickets()[:2], by(CURRENT), by(SHORTER), samples=2)
    first.join(simulate(tickets()[2:], by(CURRENT), by(SHORTER), samples=2))
    assert as_json(first) == as_json(whole)


def test_no_more_samples_are_kept_than_asked_for() -> None:
    summary = simulate(tickets(), by(CURRENT), by(SHORTER), samples=1)
    assert [len(changes) for changes in summary.samples.values()] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(), ()),
        (Limits(changed_share=0.6, breached=1), ()),
        (Limits(changed_share=0.5), ("3 of 5 tickets change (60.0%, at most 50.0%)",)),
        (Limits(breached=0), ("1 tickets would be breached (at most 0)",)),
    ],
)
def test_limits_tell_what_they_are_exceeded_by(limits: Limits, said: tuple[str, ...]) -> None:
    assert limits.exceeded(simulate(tickets(), by(CURRENT), by(SHORTER))) == said


def test_no_ticket_exceeds_no_limit() -> None:
    assert Limits(changed_share=0.0).exceeded(simulate([], by(CURRENT), by(SHORTER))) == ()


def test_the_json_names_every_kind_and_sorts_groups() -> None:
    data = as_json(simulate(tickets(), by(CURRENT), by(NO_CONSULTING)))
    assert set(data["kinds"]) == set(data["samples"]) == set(KINDS)
    assert data["levels"] == [{"from": "general", "to": "standard", "tickets": 1}]
    row = data["samples"]["level"][0]
    assert row["level"] == {"from": "general", "to": "standard"}
    assert row["due_at"] == {"from": "2025-04-11T09:00:00Z", "to": "2025-04-08T04:00:00Z"}
    assert "level: general → standard: 1" in as_text(simulate(tickets(), by(CURRENT), by(NO_CONSULTING)))


def test_a_new_reason_sentence_alone_is_no_change() -> None:
    (ticket, *_) = tickets()
    before = by(CURRENT)(ticket)
    assert compare(ticket, before, replace(before, reason="other")) is None


def test_a_threshold_that_only_one_of_the_policies_reaches_is_a_change_of_its_own():
    nagging = policy(
        (
            "  thresholds:\n    - id: warn-75",
            "  thresholds:\n    - {id: late, at: 80%, actions: [{priority: High}]}\n    - id: warn-75",
        )
    )
    summary = simulate(tickets(), by(CURRENT), by(nagging))
    found = as_json(summary)
    assert found["kinds"] == {**dict.fromkeys(KINDS, 0), "thresholds": found["changed"]}
    assert found["changed"] > 0
    (sample, *_) = found["samples"]["thresholds"]
    assert sample["thresholds"] == ["first_response late"]
    text = as_text(summary)
    assert f"other thresholds reached: {found['changed']}" in text
    assert "other thresholds: first_response late" in text
