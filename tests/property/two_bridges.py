"""Two bridges with policies of their own at one helpdesk: states, journals, holds, a lease, and a diary of all that was stored.

The diary is kept by triggers of the helpdesk's database, not by anything that is under test.
"""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import Transport
from bridge.connectors.sandbox import snapshots
from bridge.decisions import Action, ActionKind, Decision
from bridge.protocols.leading import LeaseGrant, LeaseWish
from bridge.protocols.provisioning import SetupRequest
from bridge.protocols.writing import Write, WriteOutcome
from bridge.sync.actions import ActionLimits
from bridge.sync.engine import Engine, PassOptions, RunReport
from bridge.sync.lease import Leader, led
from bridge.sync.memory.hold import Held, Hold
from bridge.sync.memory.journal import Journal, Retention, beside
from bridge.sync.memory.state import SqliteState
from bridge.sync.undo import Undo, UndoReport
from bridge.tickets import FieldValue, Instant, Ticket, ticket_adapter
from tests.faults import FaultySandbox
from tests.integration.sync.world import HOUR, LEVELS, QUICK, Policy, Time

TTL = 30
LIMITS = ActionLimits(per_day=10_000, per_ticket_per_day=1000, first_run=10_000)
KINDS = {"accepted": "note", "late": "note"}
_KEPT = "SELECT NEW.ticket_id, NEW.value, epoch, policy FROM lease"
_DIARY = (
    "CREATE TABLE diary(id INTEGER PRIMARY KEY, ticket INTEGER, value TEXT, epoch INTEGER, policy TEXT)",
    f"""CREATE TRIGGER diary_new AFTER INSERT ON answers WHEN NEW.name = 'sla_reason'
    BEGIN INSERT INTO diary(ticket, value, epoch, policy) {_KEPT}; END""",
    f"""CREATE TRIGGER diary_again AFTER UPDATE ON answers WHEN NEW.name = 'sla_reason'
    BEGIN INSERT INTO diary(ticket, value, epoch, policy) {_KEPT}; END""",
)


class Killed(BaseException):
    """The process is gone: nothing that it had in memory is kept."""


@dataclass(frozen=True)
class Agreement(Policy):
    """A policy that writes its own name into each reason, and has two actions: one at once, one when the deadline is over."""

    @property
    def digest(self) -> str:
        return f"sha256:{sha256(self.basis.encode()).hexdigest()}"

    def decide(self, ticket: Ticket, now: Instant) -> Decision:
        decision = super().decide(ticket, now)
        decision.fields["sla_reason"] = f"{self.digest[7:19]} {decision.fields['sla_reason']}"
        if ticket.status.state == "open":
            stands = {one.key for one in ticket.bridge.actions}
            at = {"accepted": ticket.created_at, "late": ticket.created_at + self.hours * HOUR}
            decision.actions = tuple(
                Action(key=key, id=one, kind=ActionKind("note"), params={"text": {"en": key}}, not_before=when)
                for one, when in at.items()
                if when <= now and (key := f"{one}:ticket:1") not in stands
            )
        return decision


@dataclass
class Bridge:
    """One host: what lies on its disk, and the policy that it decides by."""

    name: str
    path: Path
    policy: Agreement
    backup: bytes | None = None
    acts: bool = True
    runs: list[int] = field(default_factory=list)

    @property
    def hold(self) -> Hold:
        return Hold(self.path)

    def journal(self, now: Callable[[], float], *, undoes: int | None = None) -> Journal:
        return Journal(
            beside(self.path), retention=Retention(), clock=now, policy=lambda: self.policy.digest, undoes=undoes
        )


class Desk:
    """The helpdesk with its people, its diary, and two bridges."""

    def __init__(self, folder: Path) -> None:
        self.time = Time()
        self.sandbox = FaultySandbox(clock=self.time.read).start()
        self.people, self.store = self.sandbox.people, self.sandbox.store
        self.bridges = [
            Bridge("a", folder / "a.sqlite3", Agreement(level="general")),
            Bridge("b", folder / "b.sqlite3", Agreement(level="standard", hours=4)),
        ]
        self.key = self.sandbox.add_key(("read", "write", "setup", "act"))
        helpdesk = self.helpdesk()
        helpdesk.setup(SetupRequest(action="apply", language="en", levels=LEVELS, inputs=("product",)))
        helpdesk.close()
        with self.store.transaction() as rows:
            for statement in _DIARY:
                rows.execute(statement)

    def helpdesk(self, route: str | None = None) -> OsTicket:
        transport = Transport(self.sandbox.url, SecretStr(self.key), limits=QUICK, sleep=lambda _: None)
        return OsTicket(transport, route=route)

    def now(self) -> float:
        return float(self.time.now)

    def rows(self, query: str) -> list[sqlite3.Row]:
        return self.store.rows(query)

    def snapshot(self, ticket: int) -> Ticket:
        return ticket_adapter().validate_python(snapshots.read(self.store, [ticket])[ticket])

    def outputs(self, ticket: int) -> Mapping[str, FieldValue]:
        return dict(self.snapshot(ticket).bridge.fields)

    def wanted(self, ticket: int, policy: Agreement) -> Mapping[str, FieldValue]:
        """What a pure decision of this moment says."""
        fields = policy.decide(self.snapshot(ticket), self.time.now).fields
        return {name: value for name, value in fields.items() if value is not None}

    def set_output(self, ticket: int, name: str, value: FieldValue) -> None:
        """Change an output field beside the bridge, as somebody's SQL does."""
        with self.store.transaction() as rows:
            rows.execute("REPLACE INTO answers VALUES (?, ?, json_quote(?))", (ticket, name, value))
            self.store.restamp([ticket])

    def notes(self) -> list[tuple[int, str]]:
        """What actions have really left in tickets: a ticket and what the note says, as often as it was written."""
        query = "SELECT ticket_id, text FROM events WHERE text LIKE '%:ticket:1%'"
        return [(row["ticket_id"], row["text"]) for row in self.rows(query)]

    def one_pass(
        self,
        bridge: Bridge,
        *,
        supersedes: bool = False,
        at: Callable[[str], None] = lambda _: None,
        written: Callable[[Write], None] = lambda _: None,
    ) -> RunReport:
        """A process's pass as `sync` makes it. `at` is called at both sides of all that lasts, and may raise Killed; `written`
        is shown each write before it is sent. Raises what a pass raises, GuardRefused while an undo holds it."""
        bridge.hold.check(lambda: bridge.policy.digest)
        numbers = count(1)

        class Watched(OsTicket):
            def lease(self, wish: LeaseWish) -> LeaseGrant:
                at(f"{wish.do.value}")
                granted = super().lease(wish)
                at(f"after {wish.do.value}")
                return granted

            def write(self, writes: Any) -> list[WriteOutcome]:
                number = next(numbers)
                for one in writes:
                    written(one)
                at(f"write {number}")
                outcomes = super().write(writes)
                at(f"after write {number}")
                return outcomes

        class WatchedState(SqliteState):
            commits = 0

            def commit(self, **what: Any) -> None:
                self.commits += 1
                number = self.commits
                at(f"commit {number}")
                super().commit(**what)
                at(f"after commit {number}")

        class WatchedJournal(Journal):
            def note(self, changes: Any) -> None:
                at("note")
                super().note(changes)
                at("after note")

        with ExitStack() as opened:
            state = opened.enter_context(closing(WatchedState(bridge.path)))
            helpdesk = opened.enter_context(closing(self.helpdesk(state.fact("route"))))
            helpdesk.__class__ = Watched
            journal = opened.enter_context(closing(bridge.journal(self.now)))
            journal.__class__ = WatchedJournal
            leader = Leader(
                helpdesk,
                state,
                lambda: bridge.policy.digest,
                holder=bridge.name,
                ttl=TTL,
                supersedes=supersedes,
                monotonic=self.now,
            )
            engine = Engine(
                led(helpdesk, leader),
                state,
                bridge.policy.decide,
                basis=bridge.policy.basis,
                local_clock=self.time.host,
                options=PassOptions(allow_mass_change=True, allow_shrink=True, actions=LIMITS if bridge.acts else None),
                journal=journal,
                kinds=lambda: KINDS if bridge.acts else {},
            )
            try:
                if supersedes:
                    leader.hold()
                survey = engine.survey(engine.begin())
                at("survey")
                return engine.apply(survey)
            except Killed:
                # Who is dead gives nothing back.
                leader.release = lambda: None  # type: ignore[method-assign]
                raise
            finally:
                leader.release()
                if journal.run is not None:
                    bridge.runs.append(journal.run)

    def undo(self, bridge: Bridge, run: int, *, at: Callable[[str], None] = lambda _: None) -> UndoReport:
        """Put a run back as `state undo` does, hold first."""

        class Watched(OsTicket):
            def write(self, writes: Any) -> list[WriteOutcome]:
                at("write 1")
                outcomes = super().write(writes)
                at("after write 1")
                return outcomes

        with (
            closing(bridge.journal(self.now)) as journal,
            closing(bridge.journal(self.now, undoes=run)) as book,
            closing(SqliteState(bridge.path)) as state,
            closing(self.helpdesk(state.fact("route"))) as helpdesk,
        ):
            helpdesk.__class__ = Watched
            writable = frozenset(one.name for one in helpdesk.meta().fields if one.owner == "bridge")
            bridge.hold.set(Held(run, bridge.policy.digest, self.time.now))
            return Undo(
                helpdesk=helpdesk,
                journal=journal,
                run=run,
                writable=writable,
                now=self.time.now,
                state=state,
                book=book,
            ).carry_out()

    def close(self) -> None:
        self.sandbox.close()
