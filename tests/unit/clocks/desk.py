"""A tiny helpdesk for clock tests: tickets, events and policies in a few words, times as local text."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bridge.customers import Category, Certificate, Customer, Presence, RegistryAnswer
from bridge.decisions import ActionKind, Decision
from bridge.files.types import Title
from bridge.policies.agreement.actions import ActionDefinition
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.metrics import standard_clock
from bridge.policies.agreement.policy import (
    CheckDefinition,
    ClockDefinition,
    Level,
    OnEntry,
    OnReopen,
    Pause,
    Policy,
    Revision,
    Rule,
    Target,
    TargetRow,
    Threshold,
)
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import WorkCalendar, build_calendar
from bridge.policies.decide import decide
from bridge.policies.outcome import record
from bridge.tickets import Actor, BridgeRecord, Event, EventKind, FinishedCycle, Instant, Reference, Source, Ticket

MOSCOW = ZoneInfo("Europe/Moscow")
NEW = Reference(id=1, name="New", state="open")
PENDING = Reference(id=6, name="Waiting for the customer", state="open")
ON_HOLD = Reference(id=7, name="On hold", state="open")
CLOSED = Reference(id=3, name="Closed", state="closed")
SUPPORT = Reference(id=1, name="Support")
DEVELOPMENT = Reference(id=2, name="Development")
NORMAL = Reference(id=2, name="Normal")
HIGH = Reference(id=3, name="High")
EMERGENCY = Reference(id=4, name="Emergency")


class When:
    """A condition written as a lambda."""

    def __init__(self, test: Callable[[Facts], bool], *reads: str) -> None:
        self.test = test
        self.reads = frozenset(reads)

    def trace(self, facts: Facts) -> tuple[()]:
        return ()


def status_is(*statuses: Reference) -> When:
    ids = {one.id for one in statuses}
    return When(lambda facts: facts.status.id in ids, "status")


def field_is(name: str, value: object) -> When:
    return When(lambda facts: facts.fields.get(name) == value, "fields")


def priority_is(priority: Reference) -> When:
    return When(lambda facts: facts.priority is not None and facts.priority.id == priority.id, "priority")


def department_is(department: Reference) -> When:
    return When(lambda facts: facts.department.id == department.id, "department")


WEEK = {"mon-fri": ["09:00-18:00"]}


def calendar(name: str = "d", *, zone: str = "Europe/Moscow", **definition: object) -> WorkCalendar:
    return build_calendar({"id": name, "zone": zone, "week": definition.pop("week", WEEK), **definition})


D = calendar()
M = calendar("m", week={"mon-fri": ["05:00-14:00"]}, holidays=[{"ru-production": True}])
ROUND_THE_CLOCK = calendar("24x7", zone="UTC", week={"mon-sun": ["00:00-24:00"]})


def at(text: str, zone: ZoneInfo = MOSCOW) -> Instant:
    """The instant of `2026-11-23 10:00` or `2026-11-23 10:00:05`, Moscow time unless told."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def ref(one: Reference | None) -> dict[str, object] | None:
    return None if one is None else {"id": one.id, "name": one.name, "state": one.state}


def happened(kind: EventKind, when: str | Instant, actor: Actor = Actor.AGENT, **values: object) -> Event:
    instant = at(when) if isinstance(when, str) else when
    plain = {name: ref(value) if isinstance(value, Reference) else value for name, value in values.items()}
    return Event(at=instant, kind=kind, actor=actor, **plain)


def message(when: str | Instant) -> Event:
    return happened(EventKind.MESSAGE, when, Actor.CUSTOMER)


def response(when: str | Instant, by: Reference | None = None) -> Event:
    return replace(happened(EventKind.RESPONSE, when), by=by)


def status(when: str | Instant, after: Reference, before: Reference | None = None) -> Event:
    return happened(EventKind.STATUS, when, before=before, after=after)


def closed(when: str | Instant, after: Reference = CLOSED) -> Event:
    return happened(EventKind.CLOSED, when, after=after)


def reopened(when: str | Instant) -> Event:
    return happened(EventKind.REOPENED, when, Actor.SYSTEM)


def priority(when: str | Instant, after: Reference, before: Reference = NORMAL) -> Event:
    return happened(EventKind.PRIORITY, when, before=before, after=after)


def department(when: str | Instant, after: Reference, before: Reference = SUPPORT) -> Event:
    return happened(EventKind.DEPARTMENT, when, before=before, after=after)


def assigned(when: str | Instant, after: Reference, before: Reference | None = None) -> Event:
    return happened(EventKind.ASSIGNED, when, before=before, after=after)


def set_field(
    when: str | Instant, name: str, value: object, before: object = None, actor: Actor = Actor.AGENT
) -> Event:
    return happened(EventKind.FIELD, when, actor, field=name, before=before, after=value)


_KINDS = {
    EventKind.STATUS: "status",
    EventKind.CLOSED: "status",
    EventKind.PRIORITY: "priority",
    EventKind.DEPARTMENT: "department",
}


def ticket(created: str | Instant, *events: Event, cycles: Iterable[FinishedCycle] = (), **values: object) -> Ticket:
    """A ticket as it stands after its events; the first message comes with the creation."""
    created_at = at(created) if isinstance(created, str) else created
    state = {"status": NEW, "department": SUPPORT, "priority": NORMAL, "fields": {}, "closed_at": None}
    initial = {name: values.get(f"first_{name}", state[name]) for name in ("status", "department", "priority")}
    state.update(initial)
    fields: dict[str, object] = {}
    for event in events:
        name = _KINDS.get(event.kind)
        if name:
            after = event.after
            state[name] = Reference(**after) if after else state[name]
        if event.kind is EventKind.ASSIGNED:
            state["assignee"] = Reference(**event.after) if event.after else None
        if event.kind is EventKind.CLOSED:
            state["closed_at"] = event.at
        if event.kind is EventKind.REOPENED:
            state["status"] = initial["status"]
            state["closed_at"] = None
        if event.kind is EventKind.FIELD:
            fields[str(event.field)] = event.after
    state["fields"] = fields
    state.update({name: value for name, value in values.items() if not name.startswith("first_")})
    start = (
        Event(
            at=created_at,
            kind=EventKind.CREATED,
            actor=Actor.CUSTOMER,
            source=Source.WEB,
            after={name: ref(one) for name, one in initial.items()},
        ),
        Event(at=created_at, kind=EventKind.MESSAGE, actor=Actor.CUSTOMER, source=Source.WEB),
    )
    bridge = BridgeRecord(cycles=tuple(cycles), fields=state.pop("bridge_fields", {}))
    return Ticket(
        id=1, number="100001", rev="r", created_at=created_at, events=(*start, *events), bridge=bridge, **state
    )


def target(amount: str, on: WorkCalendar = D, *thresholds: Threshold) -> Target:
    return Target(amount=Amount.parse(amount), calendar=on, thresholds=thresholds)


AT_75 = Threshold(id="at_risk", share_basis_points=7500, at_risk=True)


def note(id_: str, text: str = "late") -> ActionDefinition:
    """An internal note under the id of what declares it."""
    return ActionDefinition(id=id_, kind=ActionKind.NOTE, text=Title(ru=text, en=text))


NAG = Threshold(id="nag", after=Amount.parse("1h"), every=Amount.parse("2h"), most=3, actions=(note("nag"),))


def row(metric: str, amount: str | Target | None, when: When | None = None, on: WorkCalendar = D) -> TargetRow:
    grant = target(amount, on, AT_75) if isinstance(amount, str) else amount
    return TargetRow(metric=metric, when=when, target=grant)


def level(name: str, *rows: TargetRow, on_entry: OnEntry = OnEntry.KEEP_ELAPSED, on: WorkCalendar = D) -> Level:
    return Level(id=name, title=Title(ru=name.title(), en=name.title()), calendar=on, targets=rows, on_entry=on_entry)


def rule(name: str, when: When | None = None, **values: object) -> Rule:
    return Rule(
        id=name, level=str(values.pop("level", name)), when=when, at=f"policies/test.yaml:{len(name)}", **values
    )


WAITING = Pause(while_=status_is(PENDING))
HELD = Pause(while_=status_is(ON_HOLD), until_customer_message=False)
INPUTS = frozenset({"sla_set_level", "sla_set_critical", "sla_set_promise"})


def clock(metric: str, *pauses: Pause, **changes: object) -> ClockDefinition:
    return replace(standard_clock(metric, on_reopen=OnReopen.NEW_CYCLE), pauses=pauses or (WAITING, HELD), **changes)


def revision(
    levels: Iterable[Level],
    rules: Iterable[Rule] | None = None,
    clocks: Iterable[ClockDefinition] | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Revision:
    by_id = {one.id: one for one in levels}
    metrics = dict.fromkeys(row.metric for one in by_id.values() for row in one.targets)
    return Revision(
        valid_from=valid_from,
        valid_until=valid_until,
        levels=by_id,
        rules=tuple(rules) if rules is not None else tuple(rule(name) for name in by_id),
        clocks=tuple(clocks) if clocks is not None else tuple(clock(metric) for metric in metrics),
        checks=(),
    )


def policy(*revisions: Revision, language: str = "en") -> Policy:
    return Policy(
        id="test",
        title=Title(ru="Проверка", en="Test"),
        language=language,
        revisions=revisions,
        calendars={},
        agent_inputs=INPUTS,
        digest="sha256:test",
    )


def simple(*rows: TargetRow, clocks: Iterable[ClockDefinition] | None = None, language: str = "en") -> Policy:
    """A policy of one level that takes every ticket."""
    return policy(revision([level("standard", *rows)], clocks=clocks), language=language)


def decided(one: Ticket, by: Policy, now: str | Instant, **more: object):
    return decide(one, by, now=at(now) if isinstance(now, str) else now, **more)


def clocks_of(one: Ticket, by: Policy, now: str | Instant, metric: str = "first_response"):
    return [found for found in decided(one, by, now).clocks if found.metric == metric]


def only_clock(one: Ticket, by: Policy, now: str | Instant, metric: str = "first_response"):
    (found,) = clocks_of(one, by, now, metric)
    return found


FIRST = simple(row("first_response", "8h"))


ALL = simple(
    *(row(metric, "8h") for metric in ("first_response", "next_response", "periodic_update", "resolution", "ownership"))
)


def states(one, by, now, metric="first_response"):
    return [(found.cycle, found.state.value, found.cause) for found in clocks_of(one, by, now, metric)]


def promise(when, until):
    return set_field(when, "sla_set_promise", until)


BOTH = simple(row("first_response", "8h"), row("resolution", "16h"))


WITH_CHECKS = replace(
    BOTH,
    revisions=(
        replace(
            BOTH.revisions[0],
            checks=(
                CheckDefinition(id="support", kind="certificate", effect="refuse", required=True, deciding="now"),
                CheckDefinition(id="talk", kind="deferral", effect="refuse", deciding="reply"),
            ),
        ),
    ),
)


def known(until=date(2026, 11, 25), **more):
    customer = Customer(
        id="C1", category=Category.COMMERCIAL, certificates=(Certificate(number="S1", valid_until=until),)
    )
    return RegistryAnswer(presence=Presence.FOUND, customer=customer, zone="Europe/Moscow", **more)


NARROWER = (
    ({"sources": frozenset({Source.EMAIL})}, True),
    ({"sources": frozenset({Source.PHONE})}, False),
    ({"when": priority_is(NORMAL)}, True),
    ({"when": When(lambda facts: facts.priority is None, "priority")}, False),
)
"""What a pattern may ask of an event beside its kind, and whether an e-mail on a ticket of normal priority fits."""


def as_kept(decision: Decision, *, kept: Iterable[FinishedCycle] = ()) -> list[dict[str, Any]]:
    """Return the finished cycles of a decision as a helpdesk keeps them."""
    return [record.cycle_json(one) for one in record.cycles_after(decision, kept=kept)]
