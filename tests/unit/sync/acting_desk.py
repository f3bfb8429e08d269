"""A helpdesk in memory that carries out actions by the contract, and a policy that has some; every request may be the last."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bridge.decisions import Action, ActionKind, Decision
from bridge.errors import HelpdeskRefused
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import BEYOND_ALL, ChangePage, FieldInfo, ListPage, Meta, TicketItem
from bridge.protocols.writing import (
    ActionOutcome,
    ActionsRun,
    Declared,
    Encoded,
    ListedAction,
    Write,
    WriteOutcome,
    WriteResult,
)
from bridge.sync.actions import ActionLimits
from bridge.sync.engine import Engine, PassOptions, RunReport
from bridge.sync.memory.state import SqliteState
from bridge.tickets import Acted, BridgeRecord, Instant, Reference, Ticket, parse_instant
from tests.integration.sync.world import HOUR, START, Policy

OPEN, CLOSED = Reference(id=1, name="Open", state="open"), Reference(id=2, name="Closed", state="closed")
LIMITS = ActionLimits(per_day=200, per_ticket_per_day=5, first_run=50)
KINDS = {"ack": "reply", "warn": "email", "raise": "priority", "close": "close"}
LETTERS = {"reply", "email"}
STALE_SECONDS = 60


class Killed(BaseException):
    """The process is gone: nothing that it had in memory is kept."""


@dataclass
class Row:
    """An action as the desk keeps it."""

    ticket: int
    key: str
    id: str
    kind: str
    state: str
    reason: str
    at: Instant
    rev: str
    changed_at: Instant
    params: Mapping[str, Any]


@dataclass
class Desk:
    """The other end of the wire: tickets, what the bridge wrote to them, intents, and the letters that went out."""

    now: Instant = START
    on: bool = True
    scopes: set[str] = field(default_factory=lambda: {"read", "write", "act"})
    knows_actions: bool = True
    tickets: dict[int, Ticket] = field(default_factory=dict)
    changed: list[int] = field(default_factory=list)
    rows: dict[tuple[int, str], Row] = field(default_factory=dict)
    since: dict[str, Instant] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=lambda: {"per_day": 200, "per_ticket_per_day": 5})
    letters: list[tuple[int, str]] = field(default_factory=list)
    runs_at_once: int = 1000
    refuses: dict[str, str] = field(default_factory=dict)
    dies_in_a_letter: bool = False
    tells_deleted: bool = False
    """Whether a result still names an intent that was deleted before it ran."""
    requests: list[str] = field(default_factory=list)
    between: Callable[[], None] | None = None
    """Happens once, after intents were stored and before the first of them runs."""
    page: int = 1000
    """So many changes are told at once."""
    behind_a_page: Callable[[], object] | None = None
    """Happens once, behind a page of changes that is not the last one."""

    def open(self, *, created: Instant | None = None) -> int:
        one = len(self.tickets) + 1
        self.tickets[one] = Ticket(
            id=one,
            number=f"{one:06}",
            rev="1",
            created_at=self.now if created is None else created,
            status=OPEN,
            department=Reference(id=1, name="Support"),
            priority=Reference(id=2, name="Normal"),
        )
        self.changed.append(one)
        return one

    def touch(self, ticket: int, **changes: Any) -> None:
        """Somebody, or an action, changes the ticket."""
        was = self.tickets[ticket]
        self.tickets[ticket] = replace(was, rev=str(int(was.rev) + 1), **changes)
        self.changed.append(ticket)

    def seen(self, ticket: int) -> Ticket:
        rows = [one for one in self.rows.values() if one.ticket == ticket]
        acted = tuple(Acted(key=one.key, state=one.state, at=one.changed_at) for one in rows)
        was = self.tickets[ticket]
        return replace(was, bridge=replace(was.bridge, actions=acted))

    def today(self) -> list[Row]:
        return [
            one for one in self.rows.values() if one.state == "done" and one.changed_at // 86400 == self.now // 86400
        ]

    # --- intents ---

    def store(self, ticket: int, action: Mapping[str, Any]) -> ActionOutcome:
        key, stands = action["key"], self.rows.get((ticket, action["key"]))
        if stands is not None:
            return ActionOutcome(key=key, state="already", reason=stands.state)
        since = self.since.get(action["id"])
        at = parse_instant(action["not_before"])
        for reason, holds in (
            ("scope", "act" not in self.scopes),
            ("switched_off", not self.on),
            ("not_declared", since is None),
            ("past", since is not None and at < since),
        ):
            if holds:
                return ActionOutcome(key=key, state="refused", reason=reason)
        self.rows[ticket, key] = Row(
            ticket,
            key,
            action["id"],
            action["kind"],
            "accepted",
            "",
            at,
            self.tickets[ticket].rev,
            self.now,
            action["params"],
        )
        return ActionOutcome(key=key, state="accepted")

    def run(self) -> list[Row]:
        """Carry out what is accepted, or was held and no longer has to be; return what came into another state."""
        if self.between is not None:
            happens, self.between = self.between, None
            happens()
        met: list[Row] = []
        for row in list(self.rows.values()):
            if row.state == "sending" and self.now - row.changed_at >= STALE_SECONDS:
                row.state, row.changed_at = "unknown", self.now
        waiting = [one for one in self.rows.values() if one.state in {"accepted", "held"}]
        moved = {one.ticket for one in waiting if one.state == "accepted" and one.rev != self.tickets[one.ticket].rev}
        for row in waiting[: self.runs_at_once]:
            if row.ticket in moved:
                del self.rows[row.ticket, row.key]
                self.changed.append(row.ticket)
                continue
            before = row.state
            self._carry_out(row)
            if row.state != before:
                met.append(row)
        return met

    def _carry_out(self, row: Row) -> None:
        row.changed_at, done = self.now, self.today()
        of_ticket = sum(one.ticket == row.ticket for one in done)
        if len(done) >= self.limits["per_day"] or of_ticket >= self.limits["per_ticket_per_day"]:
            row.state = "held"
            row.reason = "per_day" if len(done) >= self.limits["per_day"] else "per_ticket_per_day"
            return
        if row.id in self.refuses:
            row.state, row.reason = "refused", self.refuses[row.id]
            return
        if row.kind in LETTERS:
            row.state = "sending"
            self.letters.append((row.ticket, row.key))
            if self.dies_in_a_letter:
                self.dies_in_a_letter = False
                raise DeskDied
        row.state, row.reason = "done", ""
        if row.kind == "priority":
            self.touch(row.ticket, priority=Reference(id=4, name=row.params["name"]))
        if row.kind == "close":
            self.touch(row.ticket, status=CLOSED, closed_at=self.now)


class DeskDied(Exception):
    """The helpdesk's process went away in the middle of a request."""


class ActingHelpdesk(Helpdesk):
    """One process's connection to the desk; `dies_at` counts half steps: before and after each request."""

    route = None

    def __init__(self, desk: Desk, dies_at: int | None = None) -> None:
        self.desk = desk
        self.left = dies_at

    def _step(self) -> None:
        if self.left is not None:
            if self.left == 0:
                raise Killed
            self.left -= 1

    def _asked(self, name: str, answer: Callable[[], Any]) -> Any:
        self._step()
        self.desk.requests.append(name)
        try:
            found = answer()
        except DeskDied:
            from bridge.errors import HelpdeskUnavailable

            raise HelpdeskUnavailable("no answer came") from None
        self._step()
        return found

    @property
    def server_time(self) -> Instant:
        return self.desk.now

    def close(self) -> None:
        pass

    def meta(self) -> Meta:
        fields = tuple(
            FieldInfo(id=number, name=one.name, label=one.name, type="text", form="ticket", owner="bridge")
            for number, one in enumerate(OUTPUT_FIELDS)
        )
        departments = (Reference(id=1, name="Support"),)
        return self._asked(
            "meta",
            lambda: Meta(
                meta_rev="1", database_zone="UTC", statuses=(OPEN, CLOSED), departments=departments, topics=(), priorities=(),
                fields=fields,
            ),
        )  # fmt: skip

    def tickets(self, *, open_only: bool) -> Iterator[tuple[TicketItem, ...]]:
        yield self._asked("tickets", lambda: tuple(self._open(sorted(self.desk.tickets), open_only=open_only)))

    def newest(self, *, open_only: bool, below: int = BEYOND_ALL) -> Iterator[tuple[TicketItem, ...]]:
        ids = sorted((one for one in self.desk.tickets if one < below), reverse=True)
        yield self._asked("tickets", lambda: tuple(self._open(ids, open_only=open_only)))

    def page(self, *, after: int) -> ListPage:
        ids = sorted(one for one in self.desk.tickets if one > after)
        return ListPage(self._asked("tickets", lambda: tuple(self._open(ids, open_only=True))), None)

    def _open(self, ids: Sequence[int], *, open_only: bool) -> Iterator[Ticket]:
        for one in map(self.desk.seen, ids):
            if not open_only or one.status.state == "open":
                yield one

    def ticket(self, ticket_id: int) -> Ticket | None:
        return self._asked("ticket", lambda: self.desk.seen(ticket_id) if ticket_id in self.desk.tickets else None)

    def changes(self, cursor: str | None, *, passed: Instant | None = None) -> ChangePage:
        def answer() -> ChangePage:
            desk, since = self.desk, int(cursor or 0)
            head, until = len(desk.changed), min(len(desk.changed), since + desk.page)
            items = tuple(map(desk.seen, dict.fromkeys(desk.changed[since:until])))
            if until < head and desk.behind_a_page is not None:
                happens, desk.behind_a_page = desk.behind_a_page, None
                happens()
            return ChangePage(
                items=items,
                cursor=str(until),
                has_more=until < head,
                head=head,
                meta_rev="1",
                server_time=self.desk.now,
                instance_id="desk",
            )

        return self._asked("changes", answer)

    def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        return self._asked("writes", lambda: self._written(writes)) if writes else []

    def _written(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        outcomes = [self._write_one(one) for one in writes]
        self.desk.run()
        return [replace(one, actions=tuple(self._after(one.id, one.actions))) for one in outcomes]

    def _write_one(self, write: Write) -> WriteOutcome:
        import json

        ticket = self.desk.tickets.get(write.id)
        if ticket is None:
            return WriteOutcome(id=write.id, result=WriteResult.GONE)
        if ticket.rev != write.if_rev:
            return WriteOutcome(id=write.id, result=WriteResult.CONFLICT, rev=ticket.rev)
        fields = {**ticket.bridge.fields, **write.fields}
        detail = ticket.bridge.detail if write.detail is None else json.loads(write.detail)
        self.desk.tickets[write.id] = replace(ticket, bridge=BridgeRecord(fields=fields, detail=detail))
        offered = json.loads(write.actions) if isinstance(write.actions, Encoded) else write.actions or ()
        assert len(offered) <= 20
        actions = tuple(self.desk.store(write.id, one) for one in offered)
        news = write.fields or write.detail is not None or any(one.state == "accepted" for one in actions)
        result = WriteResult.OK if news else WriteResult.NOOP
        return WriteOutcome(id=write.id, result=result, rev=ticket.rev, actions=actions)

    def _after(self, ticket: int, stored: Sequence[ActionOutcome]) -> Iterator[ActionOutcome]:
        for one in stored:
            row = self.desk.rows.get((ticket, one.key))
            if row is not None and one.state == "accepted":
                yield replace(one, state=row.state, reason=row.reason)
            elif row is not None or one.state != "accepted" or self.desk.tells_deleted:
                yield one

    def _acts(self) -> None:
        if not self.desk.knows_actions:
            raise HelpdeskRefused("no route", status=404)
        if "act" not in self.desk.scopes:
            raise HelpdeskRefused("this key may not do that", status=403)

    def declare_actions(self, actions: Mapping[str, str], limits: Mapping[str, int]) -> Declared:
        def answer() -> Declared:
            self._acts()
            if not self.desk.on:
                self.desk.since.clear()
                return Declared(on=False)
            self.desk.kinds, self.desk.limits = dict(actions), {**self.desk.limits, **limits}
            self.desk.since = {one: self.desk.since.get(one, self.desk.now) for one in actions}
            return Declared(on=True, since=dict(self.desk.since))

        return self._asked("declare", answer)

    def actions(self, states: Sequence[str]) -> Iterator[ListedAction]:
        def answer() -> list[ListedAction]:
            return [
                ListedAction(
                    ticket=one.ticket, number=f"{one.ticket:06}", key=one.key, id=one.id, kind=one.kind, state=one.state,
                    reason=one.reason, at=one.at, changed_at=one.changed_at,
                )
                for one in self.desk.rows.values()
                if one.state in states
            ]  # fmt: skip

        yield from self._asked("list", answer)

    def run_actions(self) -> ActionsRun:
        def answer() -> ActionsRun:
            self._acts()
            met = self.desk.run()
            outcomes = tuple(
                ActionOutcome(key=one.key, state=one.state, reason=one.reason, ticket=one.ticket) for one in met
            )
            left = sum(one.state == "accepted" for one in self.desk.rows.values())
            return ActionsRun(outcomes=outcomes, left=left)

        return self._asked("run", answer)


@dataclass(frozen=True)
class ActingPolicy:
    """Acknowledges every ticket, warns after two hours, raises the priority after three, closes after ten."""

    basis: str = "acting"
    kinds: Mapping[str, str] = field(default_factory=lambda: dict(KINDS))
    more: int = 0

    def decide(self, ticket: Ticket, now: Instant) -> Decision:
        decision = Policy().decide(ticket, now)
        stands = {one.key for one in ticket.bridge.actions}
        due = [one for one in self.actions(ticket) if one.not_before <= now and one.key not in stands]
        ahead = [one.not_before for one in self.actions(ticket) if one.not_before > now]
        turns = [one for one in (decision.next_change_at, *ahead) if one is not None]
        decision.actions = tuple(due)
        decision.next_change_at = min(turns, default=None)
        return decision

    def actions(self, ticket: Ticket) -> list[Action]:
        if ticket.status.state == "closed":
            return []
        at = {"ack": 0, "warn": 2 * HOUR, "raise": 3 * HOUR, "close": 10 * HOUR}
        found = [self._action(ticket, one, "", after) for one, after in at.items()]
        return found + [self._action(ticket, "warn", f"#{one}", 2 * HOUR) for one in range(1, self.more + 1)]

    def _action(self, ticket: Ticket, name: str, number: str, after: int) -> Action:
        params: dict[str, Any] = {"priority": {"name": "High"}, "close": {"name": "Closed"}}.get(KINDS[name], {})
        kind = ActionKind(KINDS[name])
        key = f"{name}:ticket:1{number}"
        return Action(key=key, id=name, kind=kind, params=params, not_before=ticket.created_at + after)


@dataclass
class Host:
    """Where the bridge runs: its state, its settings; `run` is one process's pass."""

    path: Path
    desk: Desk = field(default_factory=Desk)
    policy: ActingPolicy = field(default_factory=ActingPolicy)
    limits: ActionLimits | None = LIMITS

    def run(self, *, dies_at: int | None = None, **options: Any) -> RunReport:
        self.desk.requests.clear()
        state = SqliteState(self.path)
        try:
            return self._engine(state, dies_at, **options).sync()
        finally:
            state.close()

    def plan(self) -> Any:
        self.desk.requests.clear()
        state = SqliteState(self.path, read_only=True)
        try:
            return self._engine(state, None).survey()
        finally:
            state.close()

    def _engine(self, state: SqliteState, dies_at: int | None, **options: Any) -> Engine:
        return Engine(
            ActingHelpdesk(self.desk, dies_at),
            state,
            self.policy.decide,
            basis=self.policy.basis,
            local_clock=lambda: float(self.desk.now),
            options=PassOptions(actions=self.limits, **options),
            kinds=lambda: self.policy.kinds,
        )

    def fact(self, name: str) -> str | None:
        state = SqliteState(self.path, read_only=True)
        try:
            return state.fact(name)
        finally:
            state.close()
