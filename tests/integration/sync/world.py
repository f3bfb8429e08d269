"""A small world to run passes in: the embedded helpdesk on loopback, a clock to turn, and a policy that fits on a page."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import HttpLimits, Transport
from bridge.connectors.sandbox import snapshots
from bridge.decisions import Check, Clock, ClockState, CustomerView, Decision, Outcome, Support, SupportVerdict
from bridge.protocols.accounting import Accountant
from bridge.protocols.provisioning import SetupRequest
from bridge.sync.engine import Engine, PassOptions, RunReport, Survey
from bridge.sync.memory.journal import Journal, Retention, beside
from bridge.sync.memory.state import SqliteState
from bridge.sync.undo import Undo, UndoReport
from bridge.tickets import Actor, EventKind, FieldValue, Instant, Ticket, format_instant, ticket_adapter
from tests.faults import FaultySandbox

START = 1_795_000_000
"""2026-11-18T11:06:40Z."""

HOUR = 3600
LEVELS = (("general", "General", True), ("standard", "Standard", True), ("urgent", "Urgent", True))
QUICK = HttpLimits(
    connect_seconds=2, request_seconds=3, total_seconds=20, attempts=3, wait_seconds=0.01, retries=10_000
)


@dataclass
class Time:
    """The helpdesk's clock and this host's, turned by hand."""

    now: int = START
    skew: int = 0

    def read(self) -> int:
        return self.now

    def host(self) -> float:
        return float(self.now + self.skew)


@dataclass(frozen=True)
class Policy:
    """Eight hours for everybody; `urgent` where an agent said so. `level` is what all others get."""

    level: str = "standard"
    hours: int = 8
    extra: Mapping[str, FieldValue] = field(default_factory=dict)

    @property
    def basis(self) -> str:
        return f"{self.level}/{self.hours}/{sorted(self.extra.items())}"

    def decide(self, ticket: Ticket, now: Instant) -> Decision:
        """Everything that a person can change about a ticket shows up in the reason."""
        level = "urgent" if ticket.fields.get("sla_set_critical") is True else self.level
        due = ticket.created_at + self.hours * HOUR
        answers = [
            one.at
            for one in ticket.events
            if one.kind is EventKind.RESPONSE and one.actor is Actor.AGENT and one.at <= now
        ]
        state = ClockState.OVERDUE if now >= due else ClockState.RUNNING
        if answers:
            state = ClockState.MISSED if answers[0] >= due else ClockState.MET
        running = state in {ClockState.RUNNING, ClockState.OVERDUE}
        clock = Clock(
            metric="first_response",
            cycle=1,
            calendar="always",
            target=f"{self.hours}h",
            started_at=ticket.created_at,
            due_at=due,
            state=state,
            stopped_at=answers[0] if answers else None,
            elapsed_seconds=(answers[0] if answers else now) - ticket.created_at,
            level=level,
        )
        facts = (
            ticket.subject,
            ticket.status.name,
            ticket.department.name,
            ticket.topic.name if ticket.topic else "no topic",
            ticket.priority.name if ticket.priority else "no priority",
            ticket.assignee.name if ticket.assignee else "nobody",
            ticket.requester.name,
            str(len(ticket.events)),
            str(ticket.fields.get("product")),
        )
        return Decision(
            ticket_id=ticket.id,
            number=ticket.number,
            at=now,
            level=level,
            rule="everybody",
            rule_at="policies/small.yaml:1",
            support=Support(
                verdict=SupportVerdict.FULL,
                checks=(Check(id="licence", outcome=Outcome.PASS, message="Лицензия действует", remedy=""),),
            ),
            customer=CustomerView(id=None, category=None),
            clocks=(clock,),
            state=state,
            reason=" / ".join(facts),
            due_at=due if running else None,
            next_change_at=due if state is ClockState.RUNNING else None,
            fields={
                "sla_level": level,
                "sla_state": state.value,
                "sla_due": format_instant(due) if running else None,
                "sla_support": "full",
                "sla_reason": " / ".join(facts),
                **self.extra,
            },
            policy_digest=self.basis,
        )


def _wanted(policy: Policy, ticket: Ticket, now: Instant) -> dict[str, FieldValue]:
    fields = policy.decide(ticket, now).fields
    return {name: value for name, value in fields.items() if value is not None}


class World:
    """A helpdesk, a state file and a policy; `run` is one process's pass from beginning to end."""

    def __init__(
        self,
        folder: Path,
        *,
        rewrite: bool = True,
        limits: HttpLimits = QUICK,
        setup: bool = True,
        desk: Callable[..., FaultySandbox] = FaultySandbox,
    ) -> None:
        self.time = Time()
        self.sandbox = desk(clock=self.time.read, rewrite=rewrite).start()
        self.people = self.sandbox.people
        self.path = folder / "state.sqlite3"
        self.policy = Policy()
        self.decide: Callable[[Ticket, Instant], Decision] | None = None
        self.accountant: Accountant | None = None
        self.options = PassOptions()
        self.limits = limits
        self.decided: list[int] = []
        self.retention = Retention()
        if setup:
            self.setup()

    def setup(self, action: str = "apply") -> None:
        request = SetupRequest(action=action, language="en", levels=LEVELS, inputs=("product",))
        self.helpdesk().setup(request)
        self.sandbox.clear_journal()

    def helpdesk(self, route: str | None = None) -> OsTicket:
        transport = Transport(
            self.sandbox.url, SecretStr(self.sandbox.keys.full), limits=self.limits, sleep=lambda _: None
        )
        return OsTicket(transport, route=route)

    def tickets(self, count: int) -> list[int]:
        return [self.people.create_ticket(f"question {one}", email=f"user{one}@kolos.example") for one in range(count)]

    def journal(self, *, undoes: int | None = None) -> Journal:
        """The undo journal, as a process of its own opens it."""
        return Journal(
            beside(self.path),
            retention=self.retention,
            clock=lambda: float(self.time.now),
            policy=lambda: self.policy.basis,
            undoes=undoes,
        )

    def undo(self, run: int, *, plan: bool = False) -> UndoReport:
        """Put a run back, or only look, by a process of its own."""
        self.sandbox.clear_journal()
        with (
            closing(self.journal()) as journal,
            closing(self.journal(undoes=run)) as book,
            closing(SqliteState(self.path)) as state,
        ):
            helpdesk = self.helpdesk()
            return Undo(
                helpdesk=helpdesk,
                journal=journal,
                run=run,
                writable=frozenset(one.name for one in helpdesk.meta().fields if one.owner == "bridge"),
                now=self.time.now,
                state=None if plan else state,
                book=None if plan else book,
            ).carry_out()

    def _engine(self, state: SqliteState, **changed: Any) -> Engine:
        def decide(ticket: Ticket, now: Instant) -> Decision:
            self.decided.append(ticket.id)
            return (self.decide or self.policy.decide)(ticket, now)

        return Engine(
            self.helpdesk(state.fact("route")),
            state,
            decide,
            basis=self.policy.basis,
            local_clock=self.time.host,
            options=replace(self.options, **changed),
            accountant=self.accountant,
        )

    def run(self, progress: Callable[[int], None] = lambda _: None, **changed: Any) -> RunReport:
        """One pass by a process of its own; `changed` are options of this pass."""
        self.sandbox.clear_journal()
        self.decided.clear()
        with closing(SqliteState(self.path)) as state, closing(self.journal()) as journal:
            engine = self._engine(state, **changed)
            engine.journal = journal
            return engine.sync(progress)

    def plan(self, *, whole: bool = False, **changed: Any) -> Survey:
        self.sandbox.clear_journal()
        self.decided.clear()
        state = SqliteState(self.path, read_only=True)
        try:
            return self._engine(state, **changed).survey(whole=whole)
        finally:
            state.close()

    def routes(self) -> list[str]:
        """The requests of the last pass, in order."""
        return [one.route for one in self.sandbox.journal]

    def requests(self) -> int:
        return len(self.sandbox.journal)

    def outputs(self, ticket: int) -> dict[str, Any]:
        """The output fields as they stand in the helpdesk."""
        return dict(self.snapshot(ticket).bridge.fields)

    def snapshot(self, ticket: int) -> Ticket:
        """The ticket as it stands, past all scripted faults."""
        return ticket_adapter().validate_python(snapshots.read(self.sandbox.store, [ticket])[ticket])

    def expected(self, ticket: int) -> dict[str, FieldValue]:
        """What the policy wants there now."""
        return _wanted(self.policy, self.snapshot(ticket), self.time.now)

    def is_right(self, ticket: int) -> bool:
        snapshot = self.snapshot(ticket)
        return dict(snapshot.bridge.fields) == _wanted(self.policy, snapshot, self.time.now)

    def set_output(self, ticket: int, name: str, value: FieldValue) -> None:
        """Change an output field beside the bridge, as somebody's SQL does."""
        with self.sandbox.store.transaction() as rows:
            if value is None:
                rows.execute("DELETE FROM answers WHERE ticket_id = ? AND name = ?", (ticket, name))
            else:
                rows.execute("REPLACE INTO answers VALUES (?, ?, json_quote(?))", (ticket, name, value))
            self.sandbox.store.restamp([ticket])

    def state(self) -> SqliteState:
        return SqliteState(self.path, read_only=True)

    def close(self) -> None:
        self.sandbox.close()
