"""Another kind of helpdesk, in memory: one class that nothing in the bridge knows of."""

import copy
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from bridge.errors import CursorGone, HelpdeskRefused
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.protocols.capabilities import EVERYTHING
from bridge.protocols.helpdesk import Connection, Helpdesk
from bridge.protocols.provisioning import SetupReport, SetupRequest, SetupStep
from bridge.protocols.reading import BEYOND_ALL, ChangePage, FieldInfo, ListPage, Meta, Ping, TicketItem
from bridge.protocols.writing import Encoded, Write, WriteOutcome, WriteResult
from bridge.tickets import Instant, Reference, Ticket, Tombstone, format_instant, ticket_adapter

OPEN, CLOSED = Reference(id=1, name="Open", state="open"), Reference(id=2, name="Closed", state="closed")
OUTPUTS = tuple(one.name for one in OUTPUT_FIELDS)


@dataclass
class MemoryDesk:
    """The other end: snapshots by id, the order in which they changed, and the people who work there."""

    key: str = "0123456789ABCDEF"
    snapshots: dict[int, dict[str, Any]] = field(default_factory=dict)
    changed: list[int] = field(default_factory=list)

    def open(self, subject: str, body: str, *, via: str = "web", email: str = "ivan@kolos.example") -> int:
        ticket_id, support = len(self.changed) + 1, {"id": 1, "name": "Support"}
        status = {"id": OPEN.id, "name": OPEN.name, "state": OPEN.state}
        self.snapshots[ticket_id] = {
            "id": ticket_id, "number": f"M-{ticket_id}", "created_at": _now(), "source": via, "subject": subject, "body": body,
            "status": status, "department": support, "requester": {"email": email}, "events": [],
            "bridge": {"fields": {}, "cycles": [], "detail": {}},
        }  # fmt: skip
        self._happens(ticket_id, "created", "customer", to={"status": status, "department": support})
        self._happens(ticket_id, "message", "customer")
        return ticket_id

    def note(self, ticket: int, text: str) -> None:
        self._happens(ticket, "note", "agent")

    def reply(self, ticket: int, text: str) -> None:
        self._happens(ticket, "response", "agent")

    def set_status(self, ticket: int, status: int) -> None:
        before = self.snapshots[ticket]["status"]
        self.snapshots[ticket]["status"] = after = {"id": CLOSED.id, "name": CLOSED.name, "state": CLOSED.state}
        self._happens(ticket, "closed", "agent", **{"from": before, "to": after})

    def delete(self, ticket: int) -> None:
        del self.snapshots[ticket]
        self.changed.append(ticket)

    def _happens(self, ticket: int, kind: str, actor: str, **more: Any) -> None:
        self.changed.append(ticket)
        snapshot = self.snapshots[ticket]
        snapshot["events"].append({"at": _now(), "kind": kind, "actor": actor, **more})
        snapshot["rev"] = f"rev-{len(self.changed)}"


def _now() -> str:
    return format_instant(int(time.time()))


class MemoryHelpdesk(Helpdesk):
    """One class, entered in the table of kinds: `{kind: memory, url: "http://desk.example", key: {env: KEY}}`."""

    desks: ClassVar[dict[str, MemoryDesk]] = {}
    capabilities = replace(EVERYTHING, features=frozenset())
    route = None

    def __init__(self, desk: MemoryDesk, key: str) -> None:
        self._desk = desk
        self._key = key
        self._asked = 0
        self._time: Instant | None = None

    @classmethod
    def open(cls, connection: Connection) -> Self:
        return cls(cls.desks[connection.url], connection.key.get_secret_value())

    def close(self) -> None:
        pass

    @property
    def requests_sent(self) -> int:
        return self._asked

    @property
    def server_time(self) -> Instant | None:
        return self._time

    def _ask(self) -> MemoryDesk:
        self._asked += 1
        if self._key != self._desk.key:
            raise HelpdeskRefused("the key is wrong", hint="Look it up anew", status=401)
        self._time = int(time.time())
        return self._desk

    def ping(self) -> Ping:
        self._ask()
        versions, scopes = {"memory": "1"}, ("read", "write", "setup")
        return Ping(instance_id="memory", versions=versions, server_time=int(time.time()), ip="here", scopes=scopes)

    def meta(self) -> Meta:
        self._ask()
        owners = {**dict.fromkeys(OUTPUTS, "bridge"), "sla_set_level": "agent"}
        return Meta(
            meta_rev="1",
            database_zone="UTC",
            statuses=(OPEN, CLOSED),
            departments=(Reference(id=1, name="Support"),),
            topics=(),
            priorities=(),
            fields=tuple(
                FieldInfo(id=number, name=name, label=name, type="text", form="ticket", owner=owner)
                for number, (name, owner) in enumerate(owners.items())
            ),
        )

    def tickets(self, *, open_only: bool) -> Iterator[tuple[TicketItem, ...]]:
        found = [self._read(one) for one in sorted(self._ask().snapshots)]
        yield tuple(one for one in found if not open_only or one.status.state == "open")

    def newest(self, *, open_only: bool, below: int = BEYOND_ALL) -> Iterator[tuple[TicketItem, ...]]:
        for items in self.tickets(open_only=open_only):
            yield tuple(one for one in reversed(items) if one.id < below)

    def page(self, *, after: int) -> ListPage:
        items = [one for one in next(self.tickets(open_only=True)) if one.id > after]
        return ListPage(tuple(items), None)

    def ticket(self, ticket_id: int) -> Ticket | None:
        return self._read(ticket_id) if ticket_id in self._ask().snapshots else None

    def numbered(self, number: str) -> Ticket | None:
        snapshots = self._ask().snapshots.values()
        return next((self._read(one["id"]) for one in snapshots if one["number"] == number), None)

    def changes(self, cursor: str | None, *, passed: Instant | None = None) -> ChangePage:
        desk = self._ask()
        if cursor is not None and not cursor.startswith("memory:"):
            raise CursorGone("the cursor is not of this helpdesk")
        latest = {one: place for place, one in enumerate(desk.changed, start=1)}
        after = int(cursor.partition(":")[2]) if cursor else 0
        return ChangePage(
            items=tuple(self._item(one) for one, place in latest.items() if place > after),
            cursor=f"memory:{len(desk.changed)}",
            has_more=False,
            head=len(desk.changed),
            meta_rev="1",
            server_time=int(time.time()),
            instance_id="memory",
        )

    def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        return [self._write_one(one) for one in writes]

    def _write_one(self, write: Write) -> WriteOutcome:
        snapshot = self._ask().snapshots.get(write.id)
        if snapshot is None:
            return WriteOutcome(id=write.id, result=WriteResult.GONE)
        if snapshot["rev"] != write.if_rev:
            return WriteOutcome(id=write.id, result=WriteResult.CONFLICT, rev=snapshot["rev"])
        unknown = write.fields.keys() - set(OUTPUTS)
        if unknown:
            return WriteOutcome(id=write.id, result=WriteResult.INVALID, reason=f"no such field: {unknown}")
        before = copy.deepcopy(snapshot["bridge"])
        snapshot["bridge"]["fields"].update(write.fields)
        for name, value in (("cycles", write.cycles), ("detail", write.detail)):
            if value is not None:
                snapshot["bridge"][name] = json.loads(value if isinstance(value, Encoded) else json.dumps(value))
        result = WriteResult.NOOP if snapshot["bridge"] == before else WriteResult.OK
        return WriteOutcome(id=write.id, result=result, rev=snapshot["rev"])

    def setup(self, request: SetupRequest) -> SetupReport:
        self._ask()
        steps = tuple(SetupStep(id=f"field:{name}", title=name, state="done") for name in OUTPUTS)
        return SetupReport(steps=steps, changed=0)

    def _item(self, ticket_id: int) -> TicketItem:
        return self._read(ticket_id) if ticket_id in self._desk.snapshots else Tombstone(id=ticket_id)

    def _read(self, ticket_id: int) -> Ticket:
        return ticket_adapter().validate_python(copy.deepcopy(self._desk.snapshots[ticket_id]))
