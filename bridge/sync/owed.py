"""Obligations in a pass: whoever is not kept yet and has passed a point of `warn_at` is told once (CU-4).

To know that takes a look at every customer, so nobody looks where nothing that it rests on has moved and time has not come to
the next point. What is told stands as a notice and is remembered like one: a bridge that begins anew tells nothing twice.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.customers import Taking
from bridge.policies.obligations.ahead import next_turn
from bridge.policies.obligations.model import Owed, OwedState
from bridge.policies.obligations.overview import Obligations
from bridge.policies.obligations.periods import name_of
from bridge.policies.outcome.panel_words import NO_BREAK, amount_in_words
from bridge.policies.telling.digests import digest_of
from bridge.sync.memory.owed_fact import OWED, turning
from bridge.sync.memory.state import SqliteState
from bridge.sync.notices import Notice, remembered
from bridge.sync.planned.stored_values import told
from bridge.sync.units import UnitAccounts
from bridge.sync.watch import OBLIGATION
from bridge.tickets import Instant

MOST = 200
"""So many are told one by one; the report has all."""

_NEVER: Instant = 4_102_444_800
"""The year 2100, in which no calendar answers any more."""


class OwedSource(Protocol):
    """Gives what is owed around an instant."""

    def owed(self, now: Instant, takings: Sequence[Taking] | None) -> Obligations | None:
        """Return the obligations of the day, None where the agreement declares none; `takings` are what tickets keep, None
        where nobody has counted that. This loads the configuration."""


@dataclass(frozen=True, slots=True)
class OwedNotices:
    """Looks after the notices; without a source there are none."""

    state: SqliteState
    source: OwedSource | None

    def around(
        self, basis: str, accounts: UnitAccounts | None, now: Instant
    ) -> tuple[tuple[Notice, ...], Mapping[str, str]]:
        """Return the notices that stand at `now`, and what to remember. `basis` stands for all that the configuration says,
        `accounts` are those of the pass."""
        if self.source is None:
            return (), {}
        kept = self.state.kept() if accounts is None else accounts.kept()
        rows = sorted((one.account, one.ticket, one.created_at, one.amount) for one in kept)
        rests_on = digest_of([basis, accounts is not None, rows])
        known = turning(self.state.fact(OWED))
        if known is not None and known[0] == rests_on and now < known[1]:
            return self._before(), {}
        found = self.source.owed(now, None if accounts is None else kept)
        turns_at = _NEVER if found is None else next_turn(found)
        fact = {OWED: json.dumps([rests_on, turns_at])}
        return () if found is None else tuple(_notices(found)), fact

    def _before(self) -> tuple[Notice, ...]:
        standing = (one.notice for one in remembered(self.state.fact("notices")))
        return tuple(one for one in standing if one.key.startswith(OBLIGATION))


def _notices(found: Obligations) -> Iterator[Notice]:
    due = sorted((one for one in found.rows if one.state is OwedState.DUE and one.warned), key=lambda one: one.due_at)
    for one in due[:MOST]:
        key = f"{OBLIGATION}{one.obligation} {one.customer} {one.paper} {one.term.value} {one.first} {one.warned}"
        yield Notice(key=told(key), text=told(_text(found, one)), gist=told(key), once=True)
    if len(due) > MOST:
        rest = f"{OBLIGATION}more"
        text = f"{len(due) - MOST} more obligations are due and not kept: `sla-bridge report --obligations` lists them"
        yield Notice(key=rest, text=text, gist=rest, once=True)


def _text(found: Obligations, one: Owed) -> str:
    definition = found.definition(one.obligation)
    paper = f" by {definition.per.value} {one.paper}" if one.paper else ""
    period = "at the start" if one.term.value == "start" else f"in {name_of(one.first, one.last, definition.every)}"
    left = amount_in_words(one.left_seconds or 0, "en").replace(NO_BREAK, " ")
    return (
        f"{definition.title.en}: {one.count} of {one.at_least} kept for the customer {one.customer}{paper} {period};"
        f" {left} of working time left, the last day is {one.last_day}"
        f" (point {one.warned})"
    )
