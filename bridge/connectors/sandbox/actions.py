"""The actions that a helpdesk carries out: kept with the write that bears them, run once under its key, honest after a kill."""

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.connectors.sandbox import snapshots
from bridge.connectors.sandbox.action_offers import OfferedAction
from bridge.connectors.sandbox.action_rows import NO_TICKET, ActionRows
from bridge.connectors.sandbox.deeds import Deeds
from bridge.connectors.sandbox.letters import EmailLetter, LetterBox, NoAddress, Writing
from bridge.connectors.sandbox.stock import SERVICE_AGENT
from bridge.connectors.sandbox.store import Store
from bridge.connectors.sandbox.ticket_log import LogEntry, TicketLog

SECONDS = 10
"""For so long a request runs actions; what is left waits."""

WAITING = ("accepted", "held")
OPEN = ("held", "refused", "unknown")
"""What a person may decide on."""

_LETTERS = ("reply", "email")
_RUN_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Fate:
    """What has become of an action."""

    state: str
    reason: str = ""

    def told(self, key: str) -> dict[str, str]:
        """Return it as the contract tells it."""
        return {"key": key, "state": self.state, "reason": self.reason}


def told(taken: Mapping[str, Fate | int], outcomes: Mapping[int, Fate | None]) -> list[dict[str, str]]:
    """Return by the contract what became of actions that were taken in, in their order: nothing of a row that is gone."""
    became = {key: outcomes[one] if isinstance(one, int) else one for key, one in taken.items()}
    return [one.told(key) for key, one in became.items() if one is not None]


@dataclass(slots=True)
class _Turn:
    """One run over several actions: the revisions of their tickets before its first action and after its last one so far."""

    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    began: dict[int, str] = field(default_factory=dict)
    stands: dict[int, str] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until

    def is_as_decided(self, row: sqlite3.Row, rev: str) -> bool:
        """Return whether the ticket is what it was when the action was kept, but for what this turn itself did to it."""
        ticket = row["ticket_id"]
        self.began.setdefault(ticket, rev)
        self.stands.setdefault(ticket, rev)
        return rev == self.stands[ticket] and row["rev"] == self.began[ticket]


class ActionRunner:
    """Keeps and runs actions. Without a box for letters the master switch is off."""

    def __init__(self, store: Store, box: LetterBox | None) -> None:
        self.rows = ActionRows(store)
        self._store = store
        self._log = TicketLog(store)
        self._deeds = Deeds(store)
        self._writing = Writing(store)
        self._sending: set[int] = set()
        """Rows of letters that a request of this process is sending."""
        self.switch(box)

    @property
    def on(self) -> bool:
        """Return whether anything is carried out."""
        return self._box is not None

    def switch(self, box: LetterBox | None) -> None:
        """Switch on with a box for letters, or off; off forgets since when anything was on."""
        self._box = box
        if box is None:
            self.rows.forget()

    def declare(self, ids: Sequence[str], limits: Mapping[str, int]) -> dict[str, int]:
        """Return since when each of these actions is switched on; none is while the master switch is off."""
        with self._store.transaction():
            if not self.on:
                self.rows.forget()
                return {}
            self.rows.declare(ids, limits)
            return self.rows.since()

    # --- taking in ---

    def take(self, ticket: int, rev: str, offers: Sequence[OfferedAction], *, may_act: bool) -> dict[str, Fate | int]:
        """Return what becomes of the actions of a write, by key, inside its transaction; numbers are rows of what waits."""
        since = self.rows.since()
        return {one.key: self._taken(ticket, rev, one, since, may_act=may_act) for one in offers}

    def _taken(
        self, ticket: int, rev: str, offer: OfferedAction, since: Mapping[str, int], *, may_act: bool
    ) -> Fate | int:
        stands = self.rows.state(ticket, offer.key)
        if stands is not None:
            return Fate("already", stands)
        if not may_act:
            return Fate("refused", "scope")
        if not self.on:
            return Fate("refused", "switched_off")
        if offer.id not in since:
            return Fate("refused", "not_declared")
        if offer.not_before < since[offer.id]:
            return Fate("refused", "past")
        return self.rows.add(ticket, rev, offer)

    # --- running ---

    def run(self, rows: Iterable[int]) -> dict[int, Fate | None]:
        """Return what became of these rows; None of one that is gone: its ticket moved, or it is switched off."""
        turn = _Turn()
        return {row: self._one(row, turn) for row in rows}

    def run_due(self, departments: frozenset[int] | None) -> tuple[list[tuple[sqlite3.Row, Fate]], int]:
        """Run what waits; return what came into another state, and how many still wait."""
        self.find_abandoned()
        turn, moved = _Turn(), []
        for number in self.rows.due(departments, _RUN_AT_MOST) if self.on else []:
            before = self.rows.at(number)
            outcome = self._one(number, turn)
            if before is not None and outcome is not None and outcome.state not in ("already", before["state"]):
                moved.append((before, outcome))
        return moved, len(self.rows.due(departments, 2**31))

    def settle(self, row: sqlite3.Row, *, send: bool) -> Fate:
        """Return what became of an action that a person decides on: neither limits nor a moved ticket keep it back."""
        if row["state"] not in OPEN:
            return Fate("already", row["state"])
        if send:
            if not self.on:
                return Fate("refused", "switched_off")
            return self._one(row["id"], _Turn(), decided=True) or Fate("dropped")
        with self._store.transaction():
            self.rows.mark(row, "dropped")
        return Fate("dropped")

    def test(self, letter: EmailLetter, ticket: int) -> bool:
        """Send a letter on trial; return whether it went out."""
        with self._store.transaction():
            number = self.rows.add_test(ticket, letter.message_id)
            self._sending.add(number)
        return self._send(number, letter).state == "done"

    def find_abandoned(self) -> None:
        """Give up letters of requests that died while they sent them: nobody knows their fate."""
        with self._store.transaction():
            for row in self.rows.sending():
                if row["id"] not in self._sending:
                    self.rows.mark(row, "unknown", "mail_fate")

    def _one(self, number: int, turn: _Turn, *, decided: bool = False) -> Fate | None:
        with self._store.transaction():
            row = self.rows.at(number)
            if row is None:
                return None
            if row["state"] not in (OPEN if decided else WAITING):
                return Fate("already", row["state"])
            if not decided and (turn.is_over or not self.on or row["not_before"] > self._store.clock()):
                return Fate(row["state"], row["reason"])
            if not decided and not (self._is_switched_on(row) and turn.is_as_decided(row, self._rev(row["ticket_id"]))):
                self.rows.delete(row)
                if row["ticket_id"] != NO_TICKET:
                    self._store.touch(row["ticket_id"])
                return None
            outcome = self._hindrance(row, decided=decided) or self._carry_out(row)
            if isinstance(outcome, Fate):
                self.rows.mark(row, outcome.state, outcome.reason)
                turn.stands[row["ticket_id"]] = self._rev(row["ticket_id"])
                return outcome
            self.rows.mark(row, "sending", message_id=outcome.message_id)
            self._sending.add(number)
        return self._send(number, outcome)

    def _is_switched_on(self, row: sqlite3.Row) -> bool:
        """Return whether the action is still declared, and was not switched off and on again since it came."""
        since = self.rows.since().get(row["action"])
        return since is not None and row["not_before"] >= since

    def _rev(self, ticket: int) -> str:
        """Return the ticket's revision; of no ticket it is ever the same."""
        if ticket == NO_TICKET:
            return ""
        return str(snapshots.read(self._store, [ticket])[ticket]["rev"])

    def _hindrance(self, row: sqlite3.Row, *, decided: bool) -> Fate | None:
        if not decided and row["not_after"] is not None and self._store.clock() >= row["not_after"]:
            return Fate("refused", "too_late")
        needs = json.loads(row["params"]).get("needs")
        if needs is not None and self.rows.state(row["ticket_id"], needs) != "done":
            return Fate("refused", "needs_not_done")
        return None if decided else self._held(row["ticket_id"])

    def _held(self, ticket: int) -> Fate | None:
        if ticket != NO_TICKET and self.rows.ran_today(ticket) >= self.rows.limit("per_ticket_per_day"):
            return Fate("held", "per_ticket_per_day")
        if self.rows.ran_today() >= self.rows.limit("per_day"):
            return Fate("held", "per_day")
        return None

    def _carry_out(self, row: sqlite3.Row) -> Fate | EmailLetter:
        """Do it, or return the letter that is to be sent when the transaction is over."""
        kind, ticket, params = row["kind"], row["ticket_id"], json.loads(row["params"])
        if kind not in _LETTERS:
            reason = self._deeds.perform(kind, ticket, params)
            return Fate("refused", reason) if reason else Fate("done")
        try:
            letter = self._writing.letter(kind, ticket, row["key"], params)
        except NoAddress:
            return Fate("refused", "no_address")
        if row["message_id"] is None and ticket != NO_TICKET:
            # A second attempt finds in the ticket's log what the first one left there.
            entry = LogEntry(
                kind="response" if kind == "reply" else "note",
                at=self._store.clock(),
                text=letter.text,
                agent=SERVICE_AGENT,
            )
            self._log.add(ticket, entry)
        return letter

    def _send(self, number: int, letter: EmailLetter) -> Fate:
        """Send a letter outside of every transaction, and mark what became of it."""
        outcome, box = Fate("done"), self._box
        try:
            if box is None:
                outcome = Fate("refused", "switched_off")
            else:
                box.put(letter)
        except OSError:
            outcome = Fate("refused", "mail_refused")
        self._sent(number, letter, outcome)
        return outcome

    def _sent(self, number: int, letter: EmailLetter, outcome: Fate) -> None:
        with self._store.transaction():
            row = self.rows.at(number)
            if row is not None and row["state"] in ("sending", "unknown"):
                self.rows.mark(row, outcome.state, outcome.reason)
                if letter.to_customer:
                    state = "ok" if outcome.state == "done" else "failed"
                    self._store.row("REPLACE INTO mail VALUES (?, ?)", row["ticket_id"], state)
            self._sending.discard(number)
