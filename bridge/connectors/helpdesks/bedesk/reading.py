"""From a conversation with its messages to a ticket, by what the bridge remembers of it. Pure."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any

from pydantic import ValidationError

from bridge.connectors.helpdesks.answer import encode
from bridge.connectors.helpdesks.bedesk.api import held_to_the_api
from bridge.connectors.helpdesks.bedesk.attributes import INPUTS, OUTPUTS, RECORD
from bridge.connectors.helpdesks.bedesk.memory import Look, Memory, SeenState, must_be_kept, remembered
from bridge.connectors.helpdesks.bedesk.record import Record, unpacked
from bridge.connectors.helpdesks.bedesk.vocabulary import SiteWords, name_of, state_of
from bridge.protocols.reading import TicketError
from bridge.tickets import Instant, Ticket, faults_told, parse_instant, ticket_adapter

UNKEPT = "unkept"
"""Member of the detail that stands only in memory: something was seen that no write has kept yet, so this one is worth it."""

_OWN = OUTPUTS | {RECORD.name}
_KINDS = ("message", "note")
"""Types of entries that mean something here; others that the site may have are passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadConversation:
    """A conversation as it was read: the `ticket`, what the packed attribute held, what is known now, the values of all its
    attributes by key, and the site's stamp of its last change."""

    ticket: Ticket
    record: Record
    memory: Memory
    values: Mapping[str, Any]
    updated_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundConversation:
    """What the site answered about one conversation, and when."""

    route: str
    answer: Mapping[str, Any]
    messages: Sequence[Mapping[str, Any]]
    at: Instant


def read(found: FoundConversation, words: SiteWords, watched: Instant | None) -> ReadConversation | TicketError:
    """Return the conversation as a ticket, or why it cannot be read; `watched` is up to when nothing can have escaped the bridge.
    Raises HelpdeskRefused for an answer of another shape than the documented one."""
    with held_to_the_api(found.route):
        one = found.answer["conversation"]
        number, created, updated = int(one["id"]), parse_instant(one["created_at"]), parse_instant(one["updated_at"])
        values = {str(row["key"]): row.get("value") for row in found.answer.get("attributes") or ()}
        standing = _standing(one, values, words)
        record = unpacked(_own_value(values, words, RECORD.name))
        look = Look(at=found.at, standing=standing, created_at=created, updated_at=updated, watched=watched)
        memory = remembered(record.memory, look)
        wire = _wire(found, words, standing, record, memory)
    if must_be_kept(record.memory, memory, updated):
        wire["bridge"]["detail"] = {**record.detail, UNKEPT: True} if record.detail else {}
    named = {words.attributes.name_of(key): value for key, value in values.items()}
    wire["bridge"]["fields"] = {
        name: words.attributes.from_site(name, value, record.shown) for name, value in named.items() if name in OUTPUTS
    }
    try:
        ticket = ticket_adapter().validate_python(wire)
    except ValidationError as error:
        return TicketError(id=number, reason=faults_told(error))
    return ReadConversation(ticket=ticket, record=record, memory=memory, values=values, updated_at=updated)


def revision(
    answer: Mapping[str, Any], messages: Sequence[Mapping[str, Any]], standing: SeenState, words: SiteWords
) -> str:
    """Return the revision of a conversation's inputs: what people do moves it, what the bridge writes does not."""
    one, user = answer["conversation"], answer["user"]
    said = [
        one.get("subject"),
        standing.status["id"],
        standing.group,
        standing.assignee,
        [user.get(name) for name in ("id", "name", "email", "country", "timezone")],
        dict(standing.inputs),
        dict(standing.fields),
        [[row["id"], row["user_id"], row["type"], _is_agents(row, words)] for row in messages],
        answer.get("envatoPurchaseCodes"),
    ]
    return hashlib.sha256(encode(said)).hexdigest()[:32]


def standing_of(answer: Mapping[str, Any], words: SiteWords) -> SeenState:
    """Return how a conversation stands by the answer about it."""
    values = {str(row["key"]): row.get("value") for row in answer.get("attributes") or ()}
    return _standing(answer["conversation"], values, words)


def _own_value(values: Mapping[str, Any], words: SiteWords, name: str) -> object:
    row = words.attributes.of(name)
    return None if row is None else values.get(row.key)


def _standing(one: Mapping[str, Any], values: Mapping[str, Any], words: SiteWords) -> SeenState:
    number, known = int(one["status_id"]), words.statuses.get(int(one["status_id"]))
    status = {
        "id": number,
        "name": f"#{number}" if known is None else known.name,
        "state": state_of(one["status_category"]),
    }
    named = {words.attributes.name_of(key): value for key, value in values.items()}
    read_values = {name: words.attributes.from_site(name, value) for name, value in named.items() if name not in _OWN}
    known_values = {name: value for name, value in read_values.items() if value is not None}
    return SeenState(
        status=status,
        group=_named(one.get("group")),
        assignee=_named(one.get("assignee")),
        inputs={
            name: value for name, value in known_values.items() if name in INPUTS and words.attributes.counts(name)
        },
        fields={name: value for name, value in known_values.items() if name not in INPUTS},
    )


def _named(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if row is None else {"id": int(row["id"]), "name": name_of(row)}


def _wire(
    found: FoundConversation, words: SiteWords, standing: SeenState, record: Record, memory: Memory
) -> dict[str, Any]:
    """Return the ticket in the form of the contract, without output fields."""
    one, user = found.answer["conversation"], found.answer["user"]
    rows = sorted(found.messages, key=lambda row: (parse_instant(row["created_at"]), row["id"]))
    known = [row for row in rows if row["type"] in _KINDS]
    opening = next((row for row in known if not _is_agents(row, words)), None)
    closed = next((event["at"] for event in reversed(memory.events) if event["kind"] == "closed"), None)
    events = [
        {"at": one["created_at"], "kind": "created", "actor": "customer", "source": None},
        *(_event(row, words) for row in known),
        *_seen(memory, words),
    ]
    return {
        "id": int(one["id"]),
        "number": str(one["id"]),
        "rev": revision(found.answer, known, standing, words),
        "created_at": one["created_at"],
        "closed_at": closed if standing.status["state"] == "closed" else None,
        "history_from": memory.known_from,
        "source": None,
        "subject": str(one.get("subject") or ""),
        "body": "" if opening is None else plain_text(str(opening.get("body") or "")),
        "status": standing.status,
        "department": standing.group or {},
        "assignee": standing.assignee,
        "requester": _requester(user, found.answer.get("envatoPurchaseCodes") or ()),
        "fields": {**standing.fields, **standing.inputs},
        "attachments": [] if opening is None else [_attachment(each) for each in opening.get("attachments") or ()],
        "events": sorted(events, key=lambda event: parse_instant(event["at"])),
        "bridge": {"cycles": list(record.cycles), "detail": record.detail},
    }


def _is_agents(row: Mapping[str, Any], words: SiteWords) -> bool:
    return row["user_id"] in words.agents


def _event(row: Mapping[str, Any], words: SiteWords) -> dict[str, Any]:
    """Return a message as an event; whose it is follows from the list of agents, and is marked as inferred."""
    author = words.agents.get(row["user_id"])
    kind = "note" if row["type"] == "note" else "response" if author is not None else "message"
    # A message without any author is the site's own.
    actor = "agent" if author is not None or kind == "note" else "system" if row["user_id"] is None else "customer"
    by = None if author is None else author.named()
    return {"at": row["created_at"], "kind": kind, "actor": actor, "inferred": True, "source": None, "by": by}


def _seen(memory: Memory, words: SiteWords) -> Iterator[Mapping[str, Any]]:
    """Yield what was seen to change. What an agents' input said while customers can edit it proves nothing, earlier or now."""
    for event in memory.events:
        name = event.get("field")
        if name not in INPUTS or words.attributes.counts(name):
            yield event


def _requester(user: Mapping[str, Any], codes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    fields = {name: user.get(name) for name in ("country", "timezone")}
    tags = [str(one.get("name") if isinstance(one, dict) else one) for one in user.get("tags") or ()]
    said = {**fields, "tags": ", ".join(tags) or None, **_purchase(codes)}
    return {
        "id": int(user["id"]),
        "name": str(user.get("name") or ""),
        "email": str(user.get("email") or ""),
        "fields": {name: value for name, value in said.items() if value is not None},
    }


def _purchase(codes: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    """Return the purchase code whose support reaches farthest: a support certificate, told with the ticket."""
    if not codes:
        return {}
    last = max(codes, key=lambda one: str(one.get("supported_until") or ""))
    until = last.get("supported_until")
    return {
        "purchase_code": str(last["code"]),
        "purchase_item": str(last["item_id"]) if last.get("item_id") is not None else None,
        "purchase_supported_until": str(until)[:10] if until else None,
    }


def _attachment(row: Mapping[str, Any]) -> dict[str, Any]:
    size = row.get("file_size")
    return {
        "name": str(row.get("name") or ""),
        "type": str(row.get("mime") or ""),
        "size": size if isinstance(size, int) else 0,
    }


class _Text(HTMLParser):
    _BREAKS = frozenset({"p", "br", "div", "li", "tr", "blockquote", "h1", "h2", "h3"})
    _HIDDEN = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self._hidden += tag in self._HIDDEN
        if tag in self._BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self._HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """Return what a message's HTML says, a line for each block."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def kept_record(before: ReadConversation, seen: Instant, **changed: Any) -> Record:
    """Return the record that a write leaves: what is known now, looked at once more at `seen`, with what is `changed`."""
    return replace(before.record, memory=replace(before.memory, seen=max(seen, before.memory.seen)), **changed)
