"""A policy for desks that are worked in while passes are killed: it writes whatever people change, and it acts."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.decisions import Action, ActionKind, Decision
from bridge.sync.actions import ActionLimits
from bridge.sync.memory.journal import Journal
from bridge.sync.memory.state import SqliteState
from bridge.sync.writer import Writer
from bridge.tickets import Actor, Instant, Ticket
from tests.integration.sync.world import HOUR, Policy

KINDS = {"ack": "reply", "raise": "priority", "tell": "note", "warn": "email"}
LIMITS = ActionLimits(per_day=1_000_000, per_ticket_per_day=1_000, first_run=1_000_000)
_AFTER = {"ack": 0, "raise": HOUR, "tell": 2 * HOUR, "warn": 6 * HOUR}
_TEXTS = {part: {"en": f"{part} of a letter"} for part in ("subject", "text", "html")}
_PARAMS: Mapping[str, Mapping[str, Any]] = {
    "ack": _TEXTS,
    "raise": {"name": "High"},
    "tell": {"text": {"en": "a note"}},
    "warn": {"to": ["head@support.example"], **_TEXTS},
}


@dataclass(frozen=True)
class DeskPolicy(Policy):
    """The small policy, with a letter, a priority, a note and a letter to the head at four instants of a ticket."""

    @property
    def digest(self) -> str:
        """The digest under which it leads."""
        return f"sha256:{hashlib.sha256(self.basis.encode()).hexdigest()}"

    def decide(self, ticket: Ticket, now: Instant) -> Decision:
        """Everything that people change shows up in the reason; what the bridge has written there does not."""
        people = tuple(one for one in ticket.events if one.actor is not Actor.SYSTEM)
        decision = super().decide(replace(ticket, events=people), now)
        found = [] if ticket.status.state == "closed" else self.actions(ticket)
        stands = {one.key for one in ticket.bridge.actions}
        ahead = [one.not_before for one in found if one.not_before > now]
        turns = [one for one in (decision.next_change_at, *ahead) if one is not None]
        decision.actions = tuple(one for one in found if one.not_before <= now and one.key not in stands)
        decision.next_change_at = min(turns, default=None)
        return decision

    def actions(self, ticket: Ticket) -> list[Action]:
        """All actions that the ticket ever gets while it is open."""
        return [
            Action(
                key=f"{name}:ticket:1",
                id=name,
                kind=ActionKind(KINDS[name]),
                params=_PARAMS[name],
                not_before=ticket.created_at + after,
            )
            for name, after in _AFTER.items()
        ]


def _journal_behind_the_write() -> None:
    """Put down what is written once it has been written."""

    def send(self: Writer, changes: Any) -> Any:
        outcomes = self.selector.helpdesk.write([one.write() for one in changes])
        if self.journal is not None:
            self.journal.note(changes)
            self.journal.answered(changes, outcomes)
        return outcomes

    Writer.send = send  # type: ignore[method-assign]


def _remembered_before_it_is_written() -> None:
    """Remember the feed's cursor and that everything was read before anything is written."""
    asked = OsTicket.changes

    def changes(self: OsTicket, *arguments: Any, **options: Any) -> Any:
        page = asked(self, *arguments, **options)
        if (state := _STATE.get("state")) is not None:
            state.commit(facts={"cursor": page.cursor})
        return page

    begun = SqliteState.__init__

    def init(self: SqliteState, *arguments: Any, **options: Any) -> None:
        begun(self, *arguments, **options)
        _STATE["state"] = self

    OsTicket.changes, SqliteState.__init__ = changes, init  # type: ignore[method-assign]


def _run_that_is_never_begun() -> None:
    """Keep no journal of a run that is taken up."""
    Journal.note = lambda self, changes: None  # type: ignore[method-assign]


def _page_done_before_it_is() -> None:
    """Remember a page of the first sync as done while it is on its way."""
    from bridge.sync.first_sync import FirstSync

    decided = FirstSync._decided

    def early(self: FirstSync, items: Any, facts: Any) -> Any:
        self.state.commit(facts=facts)
        return decided(self, items, facts)

    FirstSync._decided = early  # type: ignore[method-assign]


def _place_forgotten() -> None:
    """Begin every first sync at its newest ticket."""
    from bridge.sync.first_sync import FirstSync

    begun = FirstSync.run

    def run(self: FirstSync, *arguments: Any, **options: Any) -> None:
        begun(self, *arguments, **{**options, "anew": True})

    FirstSync.run = run  # type: ignore[method-assign]


_STATE: dict[str, SqliteState] = {}

MUTANTS: Mapping[str, Callable[[], None]] = {
    "journal behind the write": _journal_behind_the_write,
    "no journal": _run_that_is_never_begun,
    "cursor before the writes": _remembered_before_it_is_written,
    "page done before it is": _page_done_before_it_is,
    "place forgotten": _place_forgotten,
}
"""Known ways to break what a killed pass rests on; each has to be found."""
