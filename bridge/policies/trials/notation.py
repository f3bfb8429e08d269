"""Tickets in short notation become snapshots: `11:30 answer`, `customer message`, `set sla_set_critical true`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from bridge.files.misspelt import dates, either
from bridge.files.positions import did_you_mean
from bridge.policies.trials.models import TicketModel
from bridge.tickets import (
    Actor,
    Attachment,
    Event,
    EventKind,
    FieldValue,
    Instant,
    Organization,
    Reference,
    Requester,
    Source,
    Ticket,
    parse_instant,
)

_LOCAL = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?")
_LINE = re.compile(
    r"(?:(?P<day>\d{4}-\d{2}-\d{2})[ T])?(?P<time>\d{1,2}:\d{2}(?::\d{2})?)\s+"
    r"(?:(?P<actor>customer|agent|system)\s+)?(?P<verb>[a-z]+)(?:\s+(?P<rest>.*?))??"
    r"(?:\s+by\s+(?P<channel>web|email|phone|api|other))?\s*"
)

_EXAMPLES = "write '2025-04-07 11:00 answer', '11:30 customer message' or '12:00 set sla_set_critical true'"


def moment(text: str, zone: tzinfo) -> Instant:
    """Return the instant of a local time such as `2025-04-07 10:00`, or of `2025-04-07T07:00:00Z`.

    Raises ValueError for anything else.
    """
    local = _LOCAL.fullmatch(text.strip())
    if local is None:
        if not text.endswith("Z"):
            days = [one for one in dates(text) if len(one) == len("2025-04-07")]
            meant = either(f"{day} 10:00" for day in days) if days else "write 2025-04-07 10:00"
            raise ValueError(f"{text!r} is no time | {meant} (local) or 2025-04-07T07:00:00Z")
        return parse_instant(text)
    day, hour, minute, second = local.groups()
    try:
        naive = datetime.fromisoformat(f"{day} {hour.zfill(2)}:{minute}:{second or '00'}")
    except ValueError as error:
        raise ValueError(f"{text!r} is no time: {error} | write 2025-04-07 10:00") from None
    return int(naive.replace(tzinfo=zone).timestamp())


def local_text(instant: Instant, zone: tzinfo) -> str:
    """Return the instant as a local time of the zone, the way it is written in a case."""
    found = datetime.fromtimestamp(instant, zone)
    return found.strftime("%Y-%m-%d %H:%M:%S" if found.second else "%Y-%m-%d %H:%M")


@dataclass(slots=True)
class _History:
    """The ticket while its history is told; names get numbers as they come."""

    ticket: Ticket
    fields: dict[str, FieldValue]
    events: list[Event] = field(default_factory=list)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)

    def reference(self, kind: str, name: str, state: str | None = None) -> Reference:
        """Return the reference of a name: the same name has the same number throughout."""
        known = self.numbers.setdefault(kind, {})
        return Reference(id=known.setdefault(name, len(known) + 1), name=name, state=state)


def snapshot(model: TicketModel, zone: tzinfo, now: Instant, *, number: int = 1) -> Ticket:
    """Return the ticket as the helpdesk would hand it over at `now`: what happens later is not in it.

    Raises ValueError for a time or a line that cannot be read, with a line's own text in it.
    """
    if model.created is None:
        raise ValueError("the ticket has no 'created' | add 'created: 2025-04-07 10:00'")
    history = _opened(model, moment(model.created, zone), number)
    last = history.ticket.created_at
    for line in model.then or ():
        last = _add(history, line, last, zone, now)
    return replace(history.ticket, fields=history.fields, events=tuple(history.events), rev=f"{len(history.events)}")


def _opened(model: TicketModel, created: Instant, number: int) -> _History:
    history = _History(_created(model, created, number), dict(model.fields or {}))
    start: dict[str, Any] = {
        "status": history.reference("status", model.status or "Open", "open"),
        "department": history.reference("department", model.department or "Support"),
        "topic": history.reference("topic", model.topic) if model.topic else None,
        "priority": history.reference("priority", model.priority or "Normal"),
    }
    history.ticket = replace(history.ticket, **start)
    after = {name: _as_json(value) for name, value in start.items()}
    source = history.ticket.source
    history.events.append(Event(at=created, kind=EventKind.CREATED, actor=Actor.CUSTOMER, source=source, after=after))
    return history


def _created(model: TicketModel, created: Instant, number: int) -> Ticket:
    blank = Reference()
    return Ticket(
        id=number,
        number=f"{number:06d}",
        rev="0",
        created_at=created,
        imported=bool(model.imported),
        source=model.channel or Source.WEB,
        subject=model.subject or "",
        body=model.body or "",
        language=model.language,
        status=blank,
        department=blank,
        requester=_requester(model),
        attachments=tuple(Attachment(name=name, size=1000) for name in model.attachments or ()),
    )


def _requester(model: TicketModel) -> Requester:
    organization = None
    if model.organization or model.organization_fields:
        fields = dict(model.organization_fields or {})
        organization = Organization(id=1, name=model.organization or "", fields=fields)
    email = model.email or "customer@farm.example"
    return Requester(id=1, name="", email=email, fields=dict(model.requester or {}), organization=organization)


def _as_json(reference: Reference | None) -> dict[str, Any] | None:
    if reference is None:
        return None
    found = reference.named()
    if reference.state is not None:
        found["state"] = reference.state
    return found


def parts_of(line: str) -> re.Match[str]:
    """Return the parts of a line under `then`. Raises ValueError for one that nothing can happen by."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise ValueError(f"{line!r} cannot be read | {_EXAMPLES}")
    if found["verb"] not in _ACTS:
        hint = f"{did_you_mean(found['verb'], VERBS)}allowed: {', '.join(VERBS)}"
        raise ValueError(f"{found['verb']!r} is nothing that happens to a ticket | {hint}")
    return found


def _add(history: _History, line: str, last: Instant, zone: tzinfo, now: Instant) -> Instant:
    """Add the event of one line, unless it happens after `now`; return its instant."""
    found = parts_of(line)
    day = found["day"] or datetime.fromtimestamp(last, zone).date().isoformat()
    at = moment(f"{day} {found['time']}", zone)
    if at < last:
        raise ValueError(
            f"{line!r} happens before the line above it | put the lines in order, with the day where it changes"
        )
    verb, rest = found["verb"], (found["rest"] or "").strip()
    if at > now:
        return at
    usual = Actor.CUSTOMER if verb in {"message", "rate"} else Actor.AGENT
    event = Event(
        at=at, kind=EventKind.NOTE, actor=Actor(found["actor"] or usual), source=Source(found["channel"] or "web")
    )
    history.events.append(_ACTS[verb](history, event, rest, line))
    return at


Act = Callable[[_History, Event, str, str], Event]
"""Makes the event of a line's rest and of the whole line, and changes the ticket as it did."""


def _said(kind: EventKind) -> Act:
    return lambda _history, event, _rest, _line: replace(event, kind=kind)


def _moved(kind: EventKind, name: str) -> Act:
    def act(history: _History, event: Event, rest: str, line: str) -> Event:
        if not rest:
            raise ValueError(f"{line!r} does not say which {name} | write '12:00 {name} NAME'")
        before = getattr(history.ticket, name)
        after = history.reference(name, rest, "open" if name == "status" else None)
        change: dict[str, Any] = {name: after}
        history.ticket = replace(history.ticket, **change)
        return replace(event, kind=kind, before=_as_json(before), after=_as_json(after))

    return act


def _switched(kind: EventKind, name: str, state: str) -> Act:
    """Return what closes or reopens: the status that the line names, or the usual one."""

    def act(history: _History, event: Event, rest: str, _line: str) -> Event:
        before, after = history.ticket.status, history.reference("status", rest or name, state)
        history.ticket = replace(history.ticket, status=after, closed_at=event.at if state == "closed" else None)
        return replace(event, kind=kind, before=_as_json(before), after=_as_json(after))

    return act


def _set(history: _History, event: Event, rest: str, line: str) -> Event:
    name, _, value = rest.partition(" ")
    if not name or not value:
        raise ValueError(f"{line!r} does not say what is set | write '12:00 set FIELD VALUE'")
    return _field(history, event, name, {"true": True, "false": False}.get(value, value))


def _clear(history: _History, event: Event, rest: str, line: str) -> Event:
    if not rest:
        raise ValueError(f"{line!r} does not say which field | write '12:00 clear FIELD'")
    return _field(history, event, rest, None)


def _field(history: _History, event: Event, name: str, value: FieldValue) -> Event:
    before = history.fields.get(name)
    history.fields[name] = value
    return replace(event, kind=EventKind.FIELD, field=name, before=before, after=value)


def _merge(history: _History, event: Event, _rest: str, _line: str) -> Event:
    history.ticket = replace(history.ticket, merged_into=history.ticket.id + 1)
    return replace(event, kind=EventKind.MERGED)


_ACTS: Mapping[str, Act] = {
    "message": _said(EventKind.MESSAGE),
    "answer": _said(EventKind.RESPONSE),
    "note": _said(EventKind.NOTE),
    "status": _moved(EventKind.STATUS, "status"),
    "close": _switched(EventKind.CLOSED, "Closed", "closed"),
    "reopen": _switched(EventKind.REOPENED, "Open", "open"),
    "department": _moved(EventKind.DEPARTMENT, "department"),
    "topic": _moved(EventKind.TOPIC, "topic"),
    "priority": _moved(EventKind.PRIORITY, "priority"),
    "assign": _moved(EventKind.ASSIGNED, "assignee"),
    "set": _set,
    "clear": _clear,
    "merge": _merge,
    "rate": lambda _history, event, rest, _line: replace(event, kind=EventKind.RATING, after=rest),
}

_STATUSES = {"close": "status", "reopen": "status"}


def moved_to(line: str) -> tuple[str, str]:
    """Return what a line moves the ticket in and the name that it moves it to, such as (`priority`, `High`); both are empty for
    a line that cannot be read, the name for one that names none."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return "", ""
    return _STATUSES.get(found["verb"], found["verb"]), (found["rest"] or "").strip()


VERBS = tuple(_ACTS)
"""What may happen in a line, after the time and perhaps `customer`, `agent` or `system`."""
