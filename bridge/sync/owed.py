"""Obligations in a pass: whoever is not kept yet and has passed a point of `warn_at` is told once, with its letters (CU-4).

To know that takes a look at every customer, so nobody looks where nothing that it rests on has moved and time has not come to
the next point. What is told stands as a notice and is remembered like one: a bridge that begins anew tells nothing twice.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bridge.customers import Taking
from bridge.decisions import Action
from bridge.policies.obligations.ahead import next_turn
from bridge.policies.obligations.letters import OwedLetters
from bridge.policies.obligations.model import Owed, OwedState
from bridge.policies.obligations.overview import Obligations
from bridge.policies.obligations.periods import name_of
from bridge.policies.outcome.panel_words import NO_BREAK, amount_in_words
from bridge.policies.telling.digests import digest_of
from bridge.protocols.helpdesk import Helpdesk
from bridge.sync.memory.owed_fact import OWED, OWED_LETTERS, LettersKnown, turning
from bridge.sync.memory.state import SqliteState
from bridge.sync.notices import Notice, remembered, renewed
from bridge.sync.owed_letters import LETTERS, OwedLettersDue, offered, unsettled
from bridge.sync.planned.offers import Offers
from bridge.sync.planned.stored_values import told
from bridge.sync.units import UnitAccounts
from bridge.sync.watch import OBLIGATION
from bridge.sync.writer import Writer
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

    def owed_letters(self, found: Obligations) -> OwedLetters:
        """Return the letters that are due by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedLook:
    """What a pass knows of obligations: the notices that stand, what to remember, and the letters that are due; None where
    nobody had to look, or none are sent."""

    notices: tuple[Notice, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    due: OwedLettersDue | None = None

    @property
    def letters(self) -> tuple[Action, ...]:
        """Return the letters that are due and not settled; a pass offers the first of them."""
        return () if self.due is None else self.due.letters

    def offer(self, helpdesk: Helpdesk, writer: Writer, notices: str) -> dict[str, str]:
        """Offer the letters; return what to remember, with what stands in the way added to the fact of `notices`."""
        if self.due is None:
            return {}
        now, found = writer.selector.now, offered(helpdesk, self.due, writer.happened)
        facts = {OWED_LETTERS: found.known.stored(self.due.keys)}
        if found.again is not None and (turn := turning(self.facts.get(OWED))) is not None:
            facts[OWED] = json.dumps([turn[0], min(turn[1], now + found.again)])
        standing = () if found.trouble is None else (found.trouble,)
        told, facts["notices"] = renewed(notices, {LETTERS}, standing, now)
        writer.report.renew({LETTERS}, standing, told)
        return facts


@dataclass(frozen=True, slots=True)
class OwedWarnings:
    """Looks after what is told of obligations; without a source there is nothing."""

    state: SqliteState
    source: OwedSource | None

    def around(self, basis: str, accounts: UnitAccounts | None, offers: Offers | None, now: Instant) -> OwedLook:
        """Return what stands at `now`. `basis` stands for all that the configuration says, `accounts` are those of the pass,
        and `offers` choose the actions, where some are carried out."""
        if self.source is None:
            return OwedLook()
        known, nothing = turning(self.state.fact(OWED)), digest_of([basis])
        if known is not None and known[0] == nothing:
            return OwedLook()
        kept = self.state.kept() if accounts is None else accounts.kept()
        rows = sorted((one.account, one.ticket, one.created_at, one.amount) for one in kept)
        # What came due while nothing was carried out is looked at when something is.
        rests_on = digest_of([basis, accounts is not None, rows, offers is not None and dict(offers.since)])
        if known is not None and known[0] == rests_on and now < known[1]:
            return OwedLook(notices=self._before())
        found = self.source.owed(now, None if accounts is None else kept)
        if found is None:
            return OwedLook(facts={OWED: json.dumps([nothing, _NEVER])})
        facts = {OWED: json.dumps([rests_on, next_turn(found)])}
        if offers is None:
            return OwedLook(notices=tuple(_notices(found)), facts=facts)
        letters = self.source.owed_letters(found)
        due = [one for one in letters.actions if offers.is_due(one, now)]
        left_out = [Notice(key=told(f"{OBLIGATION}{one}"), text=told(one)) for one in letters.warnings[:MOST]]
        return OwedLook(
            notices=(*_notices(found), *left_out, *self._before(LETTERS)),
            facts=facts,
            due=unsettled(due, LettersKnown.remembered(self.state.fact(OWED_LETTERS))),
        )

    def _before(self, prefix: str = OBLIGATION) -> tuple[Notice, ...]:
        standing = (one.notice for one in remembered(self.state.fact("notices")))
        return tuple(one for one in standing if one.key.startswith(prefix))


def _notices(found: Obligations) -> Iterator[Notice]:
    due = sorted((one for one in found.rows if one.state is OwedState.DUE and one.warned), key=lambda one: one.due_at)
    for one in due[:MOST]:
        key = f"{OBLIGATION}{one.obligation} {one.customer} {one.paper} {one.term.value} {one.first} {one.warned}"
        yield Notice(key=told(key), text=told(_text(one)), gist=told(key), once=True)
    if len(due) > MOST:
        rest = f"{OBLIGATION}more"
        text = f"{len(due) - MOST} more obligations are due and not kept: `sla-bridge report --obligations` lists them"
        yield Notice(key=rest, text=text, gist=rest, once=True)


def _text(one: Owed) -> str:
    definition = one.definition
    paper = f" by {definition.per.value} {one.paper}" if one.paper else ""
    period = "at the start" if one.term.value == "start" else f"in {name_of(one.first, one.last, definition.every)}"
    left = amount_in_words(one.left_seconds or 0, "en").replace(NO_BREAK, " ")
    return (
        f"{definition.title.en}: {one.count} of {one.at_least} kept for the customer {one.customer}{paper} {period};"
        f" {left} of working time left, the last day is {one.last_day}"
        f" (point {one.warned})"
    )
