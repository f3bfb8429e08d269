"""Decisions with receipts, forged member by member: whatever can be derived is found out, and no true one is refused."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.policies.agreement.policy import CheckDefinition, Threshold
from bridge.policies.calendar.amounts import Amount
from bridge.policies.outcome.decision_json import decision_json
from bridge.policies.proof import lateness
from bridge.policies.proof.verify_decision import verify_decision
from bridge.tickets import format_instant, parse_instant
from tests.property.test_clocks import CALENDARS
from tests.unit.clocks.desk import (
    AT_75,
    BOTH,
    HIGH,
    PENDING,
    D,
    M,
    at,
    closed,
    decided,
    known,
    message,
    priority,
    priority_is,
    promise,
    response,
    row,
    simple,
    status,
    target,
    ticket,
)

MONDAY = "2026-11-23 10:00"
HALF_LEFT = Threshold(id="late", before=Amount.parse("1h"), at_risk=True)
BY_PRIORITY = simple(
    row("resolution", target("2h", D, AT_75), priority_is(HIGH)), row("resolution", target("8h", D, AT_75))
)
CHECKED = replace(
    BOTH,
    revisions=(
        replace(
            BOTH.revisions[0],
            checks=(CheckDefinition(id="s", kind="certificate", effect="refuse", required=True, deciding="now"),),
        ),
    ),
)
WAITS = status("2026-11-23 12:00", PENDING)
TRUE = {
    "running": (ticket(MONDAY), BOTH, "2026-11-23 12:00"),
    "at risk": (ticket(MONDAY), BOTH, "2026-11-23 17:00"),
    "before the end": (ticket(MONDAY), simple(row("resolution", target("8h", D, HALF_LEFT))), "2026-11-23 17:30"),
    "overdue": (ticket(MONDAY), BOTH, "2026-11-24 15:00"),
    "paused": (ticket(MONDAY, WAITS), BOTH, "2026-11-23 14:00"),
    "just paused": (ticket(MONDAY, WAITS), BOTH, "2026-11-23 12:00"),
    "paused at night": (ticket(MONDAY, status("2026-11-23 20:00", PENDING)), BOTH, "2026-11-23 21:00"),
    "resumed": (ticket(MONDAY, WAITS, message("2026-11-24 10:00")), BOTH, "2026-11-24 11:00"),
    "met": (ticket(MONDAY, response("2026-11-23 12:00")), BOTH, "2026-11-23 13:00"),
    "missed": (ticket(MONDAY, response("2026-11-24 15:00")), BOTH, "2026-11-24 16:00"),
    "cancelled": (ticket(MONDAY, closed("2026-11-23 12:00")), BOTH, "2026-11-23 13:00"),
    "days": (ticket(MONDAY), simple(row("resolution", "3wd")), "2026-11-24 11:00"),
    "same time": (ticket(MONDAY), simple(row("resolution", "3wd same-time")), "2026-11-24 11:00"),
    "calendar time": (ticket(MONDAY), simple(row("resolution", "36h calendar")), "2026-11-23 11:00"),
    "provisional": (ticket("2030-11-25 10:00"), simple(row("resolution", "8h", on=M)), "2030-11-25 11:00"),
    "promised": (ticket(MONDAY, promise("2026-11-23 11:00", "2026-11-27T12:00:00Z")), BOTH, "2026-11-23 12:00"),
    "changed": (ticket(MONDAY, priority("2026-11-23 15:00", HIGH)), BY_PRIORITY, "2026-11-23 16:00"),
    "promised in a pause": (
        ticket(MONDAY, promise("2026-11-23 11:00", "2026-11-23T10:00:00Z"), WAITS, message("2026-11-23 15:00")),
        BOTH,
        "2026-11-23 17:00",
    ),
    "checked": (ticket(MONDAY), CHECKED, "2026-11-23 12:00"),
}


def made(name: str) -> dict:
    one, by, now = TRUE[name]
    registry = {"registry": known(date(2026, 12, 31))} if name == "checked" else {}
    return json.loads(json.dumps(decision_json(decided(one, by, now, receipts=True, **registry), ledgers=True)))


def problems(decision: dict) -> list[str]:
    """What is said against it; what is no decision any more is said as such."""
    try:
        found = verify_decision(decision)
    except ValueError as error:
        return [str(error)]
    return [*found.problems, *(problem for _, checked in found.clocks for problem in checked.problems)]


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_not_refused(name: str) -> None:
    assert problems(made(name)) == []


@pytest.mark.parametrize("name", TRUE)
def test_nor_in_any_second_around_an_event_or_a_deadline(name: str) -> None:
    one, by, now = TRUE[name]
    for event in [*(event.at for event in one.events), at(now), at("2026-11-23 18:00"), at("2026-11-24 18:00")]:
        for moment in (event - 1, event, event + 1):
            decision = decision_json(decided(one, by, moment, receipts=True), ledgers=True)
            assert problems(json.loads(json.dumps(decision))) == [], moment


def a_clock(**changes):
    """A forgery that sets members of the last clock."""
    return lambda decision: decision["clocks"][-1].update(changes)


def the_first(**changes):
    return lambda decision: decision["clocks"][0].update(changes)


def the_ticket(**changes):
    return lambda decision: decision.update(changes)


def a_field(**changes):
    return lambda decision: decision["fields"].update(changes)


def the_receipt(**changes):
    return lambda decision: decision["clocks"][-1]["receipt"].update(changes)


def the_ledger(change):
    return lambda decision: change(decision["clocks"][-1]["receipt"]["ledger"])


def shifted(member, seconds, *path):
    """A forgery that moves an instant of the last clock by some seconds."""

    def forge(decision):
        place = decision["clocks"][-1]
        for step in path:
            place = place[step]
        place[member] = format_instant(parse_instant(place[member]) + seconds)

    return forge


def also(*forgeries):
    def forge(decision):
        for one in forgeries:
            one(decision)

    return forge


def cut_short(ledger):
    ledger[-1]["end"] = ledger[-1]["start"]
    ledger.pop()


def uncounted(ledger):
    ledger[0].update(counted=False, reason="closed")


def without_the_pause(ledger):
    for line in ledger:
        if line["reason"] == "pause":
            line.update(counted=True, reason="working", detail="")


NO_PAUSES = the_receipt(pauses=[])
ONE_PAUSE = {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T08:30:00Z"}
FORGERIES = [
    # The deadline.
    ("a deadline one second later", "running", shifted("due_at", 1)),
    ("a deadline a day later", "days", shifted("due_at", 86_400)),
    ("a deadline at another time of the day", "same time", shifted("due_at", -3600)),
    ("a deadline of calendar time moved", "calendar time", shifted("due_at", 60)),
    ("no deadline", "running", a_clock(due_at=None)),
    ("a deadline while paused", "paused", a_clock(due_at="2026-11-25T09:00:00Z")),
    ("a deadline before the pause was given back", "resumed", a_clock(due_at="2026-11-24T15:00:00Z")),
    ("a promise taken away", "promised", a_clock(due_at=None)),
    ("a longer target", "running", a_clock(target="17h")),
    ("a target in days for one in hours", "running", a_clock(target="2wd")),
    ("a target in hours for one in calendar time", "calendar time", a_clock(target="36h")),
    ("a target one day longer", "days", a_clock(target="4wd")),
    # Time on the clock.
    ("less elapsed", "running", a_clock(elapsed_seconds=3600)),
    ("less elapsed at the end", "missed", a_clock(elapsed_seconds=3600)),
    ("elapsed as a text", "running", a_clock(elapsed_seconds="7200")),
    ("more remaining", "running", a_clock(remaining_seconds=57_000)),
    ("nothing remaining told", "running", a_clock(remaining_seconds=None)),
    ("more remaining while paused", "paused", a_clock(remaining_seconds=60 * 3600)),
    ("more remaining of days", "days", a_clock(remaining_seconds=3 * 86_400)),
    ("more remaining of a promise", "promised", a_clock(remaining_seconds=3 * 86_400)),
    ("time over that is not", "overdue", the_first(remaining_seconds=0)),
    ("remaining after the end", "met", the_first(remaining_seconds=60)),
    # Breach, state and cause.
    ("a breach left out", "overdue", the_first(breached_at=None)),
    ("a breach and its state left out", "overdue", the_first(breached_at=None, state="at_risk")),
    ("a breach a minute later", "overdue", the_first(breached_at="2026-11-23T15:01:00Z")),
    ("a breach made up", "running", a_clock(breached_at="2026-11-23T08:30:00Z", state="overdue")),
    ("a breach of the future", "running", the_first(breached_at="2026-11-23T15:00:00Z", state="overdue")),
    ("a breach excused by a changed target", "missed", the_first(cause="target_changed")),
    ("a changed target's breach before its deadline", "changed", a_clock(breached_at="2026-11-23T08:00:00Z")),
    ("a changed target's cause taken away", "changed", a_clock(cause=None)),
    ("a pause's end as the cause taken away", "promised in a pause", a_clock(cause=None)),
    ("a breach inside the pause", "promised in a pause", a_clock(breached_at="2026-11-23T11:00:00Z")),
    ("a breach forgiven at the end", "missed", the_first(breached_at=None, state="met")),
    ("a missed clock that is met", "missed", the_first(state="met")),
    ("a met clock that is missed", "met", the_first(state="missed")),
    ("a cancelled clock that is met", "cancelled", the_first(state="met")),
    ("a met clock that is cancelled", "met", the_first(state="cancelled")),
    ("a met clock with a cause", "met", the_first(cause="closed")),
    ("a cause nobody has", "met", the_first(cause="weather")),
    ("a running clock with a cause", "running", a_clock(cause="closed")),
    ("a running clock that is overdue", "running", a_clock(state="overdue")),
    ("a running clock that is paused", "running", a_clock(state="paused", due_at=None)),
    ("a paused clock that runs", "paused", a_clock(state="running")),
    ("a clock paused at night that runs", "paused at night", a_clock(state="running")),
    ("a clock paused just now that runs", "just paused", a_clock(state="running")),
    ("a running clock at risk", "running", a_clock(state="at_risk")),
    ("a clock at risk that runs", "at risk", the_first(state="running")),
    ("a clock at risk before its end that runs", "before the end", a_clock(state="running")),
    ("a clock at risk without its threshold", "at risk", lambda made: made["clocks"][0]["receipt"].update(at_risk=[])),
    ("a state nobody has", "running", a_clock(state="fine")),
    ("an ended clock that runs", "met", the_first(stopped_at=None)),
    ("an end made up", "running", a_clock(stopped_at="2026-11-23T08:00:00Z", state="met")),
    ("an end moved", "met", the_first(stopped_at="2026-11-23T08:00:00Z")),
    ("an end in the future", "met", the_first(stopped_at="2026-11-23T11:00:00Z")),
    # The flag.
    ("provisional hidden", "provisional", a_clock(provisional=False)),
    ("provisional made up", "running", a_clock(provisional=True)),
    ("provisional of calendar time", "calendar time", a_clock(provisional=True)),
    ("provisional as a number", "running", a_clock(provisional=0)),
    ("nothing told of what is published", "provisional", also(a_clock(provisional=False), the_receipt(published=None))),
    # The start and the ledger.
    ("a later start", "running", a_clock(started_at="2026-11-23T08:00:00Z")),
    ("an earlier start", "running", a_clock(started_at="2026-11-23T06:00:00Z")),
    ("a start after now", "running", a_clock(started_at="2026-11-24T08:00:00Z")),
    ("a line left out", "running", the_ledger(lambda ledger: ledger.pop(1))),
    ("the first line left out", "running", the_ledger(lambda ledger: ledger.pop(0))),
    ("the last line left out", "overdue", the_ledger(lambda ledger: ledger.pop())),
    ("a ledger cut short while paused", "paused", the_ledger(lambda ledger: ledger.pop())),
    ("a ledger that does not reach now", "promised", the_ledger(lambda ledger: ledger.__delitem__(slice(1, None)))),
    ("no ledger", "running", the_ledger(list.clear)),
    ("a line twice", "running", the_ledger(lambda ledger: ledger.insert(0, dict(ledger[0])))),
    ("lines in another order", "running", the_ledger(list.reverse)),
    ("working time that does not count", "running", the_ledger(lambda ledger: ledger[0].update(counted=False))),
    ("working time called closed", "running", the_ledger(uncounted)),
    ("a night that counts", "overdue", the_ledger(lambda ledger: ledger[1].update(counted=True))),
    ("counted as a number", "running", the_ledger(lambda ledger: ledger[0].update(counted=1))),
    ("a reason nobody knows", "running", the_ledger(lambda ledger: ledger[0].update(reason="holy"))),
    ("a line that runs backwards", "running", the_ledger(lambda ledger: ledger[0].update(end="2026-11-23T06:00:00Z"))),
    (
        "every second counted in working time",
        "running",
        the_ledger(lambda ledger: ledger[0].update(reason="calendar_time")),
    ),
    ("a counted day left out", "days", the_ledger(lambda ledger: ledger.remove(_mark(ledger)))),
    ("a counted day of another date", "days", the_ledger(lambda ledger: _mark(ledger).update(detail="2026-11-23"))),
    (
        "a mark of a day in a target of hours",
        "running",
        the_ledger(lambda ledger: ledger.insert(1, _made_mark(ledger))),
    ),
    ("a zone in which the days are others", "days", the_receipt(zone="Pacific/Honolulu")),
    ("a zone that there is not", "running", the_receipt(zone="Europe/Nowhere")),
    ("no zone", "running", the_receipt(zone="")),
    ("a ledger that goes on", "running", shifted("end", 3600, "receipt", "ledger", -1)),
    (
        "two receipts that publish differently",
        "running",
        lambda made: made["clocks"][0]["receipt"].update(published={"from": None, "until": "2027-01-01T00:00:00Z"}),
    ),
    # Pauses.
    ("a pause that was work", "resumed", also(NO_PAUSES, the_ledger(without_the_pause))),
    ("a pause hidden from the list", "resumed", NO_PAUSES),
    ("a pause hidden at night", "paused at night", NO_PAUSES),
    ("a pause made up", "running", the_receipt(pauses=[ONE_PAUSE])),
    ("a pause that never ended", "resumed", the_receipt(pauses=[{**ONE_PAUSE, "end": None}])),
    ("a pause before the start", "running", the_receipt(pauses=[{**ONE_PAUSE, "start": "2026-11-22T08:00:00Z"}])),
    ("pauses that overlap", "resumed", lambda made: _doubled(made["clocks"][-1]["receipt"]["pauses"])),
    ("a pause of the future", "running", the_receipt(pauses=[{"start": "2026-11-23T12:00:00Z", "end": None}])),
    ("no word of pauses", "running", lambda made: made["clocks"][-1]["receipt"].pop("pauses")),
    # The instant of the receipt.
    ("a receipt of an hour ago", "running", the_receipt(at="2026-11-23T08:00:00Z")),
    ("a receipt of later", "running", the_receipt(at="2026-11-23T10:00:00Z")),
    ("a decision of later", "running", the_ticket(at="2026-11-23T10:00:00Z")),
    # The ticket.
    ("a ticket that is fine", "overdue", the_ticket(state="running")),
    ("a ticket in the state of its better clock", "at risk", the_ticket(state="running")),
    ("a ticket without a state", "running", the_ticket(state="none")),
    ("a ticket of another deadline", "running", the_ticket(due_at="2026-11-24T15:00:00Z")),
    ("a ticket without a deadline", "running", the_ticket(due_at=None)),
    ("a clock twice", "running", lambda made: made["clocks"].append(copy.deepcopy(made["clocks"][0]))),
    (
        "a clock twice under another number",
        "running",
        lambda made: made["clocks"].append({**made["clocks"][0], "cycle": 2}),
    ),
    ("the worst clock left out", "overdue", lambda made: made["clocks"].pop(0)),
    ("a next change that comes too late", "running", the_ticket(next_change_at="2026-11-30T15:00:00Z")),
    ("no next change", "running", the_ticket(next_change_at=None)),
    ("a next change that is past", "running", the_ticket(next_change_at="2026-11-23T08:00:00Z")),
    ("a verdict better than its checks", "running", lambda made: made["support"].update(verdict="refusable")),
    ("a failed check and full support", "checked", lambda made: made["support"]["checks"][0].update(outcome="fail")),
    (
        "an unanswered check and full support",
        "checked",
        lambda made: made["support"]["checks"][0].update(outcome="unknown"),
    ),
    ("an outcome nobody has", "checked", lambda made: made["support"]["checks"][0].update(outcome="fine")),
    ("an effect nobody has", "checked", lambda made: made["support"]["checks"][0].update(effect="pray")),
    ("a cycle without a number", "running", a_clock(cycle=None)),
    ("an instant written as a number", "running", a_clock(started_at=1763881200)),
    (
        "a pause that never ends and a breach",
        "promised in a pause",
        lambda made: made["clocks"][-1]["receipt"]["pauses"][0].update(end=None),
    ),
    ("a field that says another state", "overdue", a_field(sla_state="running")),
    ("a field that says another deadline", "running", a_field(sla_due="2026-11-24T15:00:00Z")),
    ("a field that says another reaction", "running", a_field(sla_response_due=None)),
    ("a field that says another solution", "running", a_field(sla_resolution_due="2026-11-30T15:00:00Z")),
    ("a field that says another level", "running", a_field(sla_level="gold")),
    ("a field that says another support", "running", a_field(sla_support="limited")),
    ("a field that says another category", "running", a_field(sla_customer="partner")),
]


def _mark(ledger):
    return [line for line in ledger if line["reason"] == "day_counted"][1]


def _made_mark(ledger):
    at = ledger[0]["end"]
    return {"start": at, "end": at, "counted": False, "reason": "day_counted", "detail": "2026-11-23"}


def _doubled(pauses):
    pauses.append(dict(pauses[0]))


@pytest.mark.parametrize(("name", "of", "forge"), FORGERIES, ids=[name for name, *_ in FORGERIES])
def test_a_forgery_is_found_out(name: str, of: str, forge) -> None:
    decision = made(of)
    before = json.dumps(decision)
    forge(decision)
    assert json.dumps(decision) != before, "nothing was forged"
    assert problems(decision), name


def test_the_kinds_of_forgery_are_many_and_each_has_its_name() -> None:
    assert len({name for name, *_ in FORGERIES}) == len(FORGERIES) >= 51


_TEXT_IS_FREE = {"level", "calendar", "metric", "cycle"}
"""Members that nothing else in a clock says; they are a clock's name."""


@pytest.mark.parametrize("name", TRUE)
def test_no_member_of_a_clock_can_be_changed_alone(name: str) -> None:
    """Each member gets each other value that it has in any true decision."""
    everywhere = [clock for other in TRUE for clock in made(other)["clocks"]]
    for number, clock in enumerate(made(name)["clocks"]):
        for member in clock.keys() - _TEXT_IS_FREE - {"receipt", "thresholds"}:
            for value in {json.dumps(one[member]) for one in everywhere} - {json.dumps(clock[member])}:
                decision = made(name)
                decision["clocks"][number][member] = json.loads(value)
                assert problems(decision) or _cannot_be_derived(clock, member, json.loads(value)), (
                    number,
                    member,
                    value,
                )


def _cannot_be_derived(clock: dict, member: str, value: object) -> bool:
    """Return whether only the agreement or a person knows: a promised date, why a clock was breached or ended, how long a
    target in days is while a pause hides its last day."""
    if member == "cause":
        if clock["state"] == "missed":
            return value != "pause_ended" and value != "target_changed"
        known = clock["cause"] is not None and value is not None
        return known and (clock["stopped_at"] is not None or clock["cause"] == "pause_ended")
    if member == "target" and value == "promise":
        return "calendar" in clock["target"]
    if member == "target" and clock["state"] == "paused":
        return str(value).startswith("3wd")
    return clock["target"] == "promise" and member in {"due_at", "target"}


@pytest.mark.parametrize("line", [[1], None, {}, 5, "text", True, {"clocks": []}, {**dict.fromkeys("ab")}])
def test_what_is_no_decision_is_told_what_one_is(line: object) -> None:
    with pytest.raises(ValueError, match="a decision is a JSON object"):
        verify_decision(line)


@pytest.mark.parametrize(
    "forge",
    [
        lambda made: made.update(clocks=[1]),
        lambda made: made.update(clocks=None),
        lambda made: made.update(support=None),
        lambda made: made.update(fields=[]),
        lambda made: made["clocks"][0].pop("state"),
        lambda made: made["clocks"][0].update(receipt=None),
        lambda made: made["clocks"][0].update(receipt={"ledger": 5}),
        lambda made: made["clocks"][0]["receipt"].update(at_risk=["soon"]),
        lambda made: made["clocks"][0]["receipt"].update(ledger=[5]),
        lambda made: made["clocks"][0].update(started_at="today"),
        lambda made: made.update(next_change_at=[]),
    ],
)
def test_whatever_stands_in_a_decision_there_is_an_answer(forge) -> None:
    decision = made("running")
    forge(decision)
    assert problems(decision)


NOT_DERIVED = {
    *("ticket_id", "number", "rule", "rule_at", "reason", "policy_digest", "next_change_at"),
    *("customer.id", "customer.curator", "fields.sla_reason", "fields.sla_curator", "fields.sla_certificate_until"),
    "fields.sla_mail",
    *(
        "clocks.*.metric",
        "clocks.*.cycle",
        "clocks.*.level",
        "clocks.*.calendar",
        "clocks.*.cause",
        "clocks.*.breached_at",
    ),
    "clocks.*.thresholds.*.id",
    *("clocks.*.receipt.ledger.*.detail", "clocks.*.receipt.published.from", "clocks.*.receipt.published.until"),
    *("clocks.*.receipt.pauses.*.start", "support.checks.*"),
}
"""What nothing else in a decision says, or says within bounds alone: names, texts, what people and registries know, an end
of a pause at night, how far data is published, the instant of a changed target."""


def leaves(value: object, path: tuple = ()) -> Iterator[tuple[tuple, object]]:
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(part, dict | list):
            yield from leaves(part, (*path, key))
        else:
            yield (*path, key), part


def otherwise(value: object) -> list[object]:
    """Plausible other values of a leaf."""
    if isinstance(value, bool):
        return [not value, None]
    if isinstance(value, int):
        return [value + 1, value - 1, None]
    if isinstance(value, str) and value.endswith("Z") and value[4] == "-":
        return [*(format_instant(parse_instant(value) + step) for step in (1, -1, 86_400, -86_400)), None]
    return [f"{value}x", None] if isinstance(value, str) else ["2026-11-24T10:00:00Z", 5]


@pytest.mark.parametrize("name", TRUE)
def test_each_leaf_that_can_be_derived_is(name: str) -> None:
    true, undetected = made(name), set()
    for path, value in leaves(true):
        # A kept cycle may tell no lateness: it was not always noted.
        silent = {None} if str(path[-1]).startswith("late_") else set()
        for other in (one for one in otherwise(value) if one not in silent):
            decision = copy.deepcopy(true)
            place = decision
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = other
            if not problems(decision):
                undetected.add(".".join("*" if isinstance(one, int) else one for one in path))
    allowed = {one for one in undetected if one in NOT_DERIVED or one.startswith("support.checks.*")}
    assert undetected == allowed


LATE = [("overdue", 6 * 3600, 1), ("missed", 6 * 3600, 1), ("running", 0, 0), ("met", 0, 0), ("changed", 4 * 3600, 0)]


@pytest.mark.parametrize(("of", "seconds", "days"), LATE)
def test_lateness_is_derived_from_the_ledger_where_a_clock_tells_it(of: str, seconds: int, days: int) -> None:
    decision = made(of)
    first = decision["clocks"][0]
    first.update(late_seconds=seconds, late_days=days)
    assert problems(decision) == []
    for forged in ({"late_seconds": seconds + 1}, {"late_days": days + 1}, {"late_seconds": -1}, {"late_days": "1"}):
        first.update({"late_seconds": seconds, "late_days": days} | forged)
        assert any("late_" in problem for problem in problems(decision)), forged


@given(
    st.sampled_from(sorted(CALENDARS)),
    st.integers(0, 20 * 24 * 4),
    st.integers(0, 20 * 24 * 4),
    st.integers(0, 20 * 24 * 4),
)
def test_no_true_lateness_lies_outside_of_what_the_ledger_allows(name: str, begin: int, due: int, end: int) -> None:
    days = CALENDARS[name]
    start, due, end = (at("2026-10-22 08:00") + quarter * 900 for quarter in sorted((begin, due, end)))
    lines = list(days.intervals(start, end)) if start < end else []
    local = [datetime.fromtimestamp(one - 1, days.zone).date() for one in (due, end)]
    true = sum(
        bool(days.day(local[0] + timedelta(days=number)).windows) for number in range(1, (local[1] - local[0]).days + 1)
    )
    low, high = lateness._days(lines, days.zone, due, end)
    assert low <= true <= high
