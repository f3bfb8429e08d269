"""Obligations through the editions of an agreement: each period is owed by the edition in force on its first day (CU-4).

So a report on last year tells what was owed last year. What counts, and where it is read from, is what the edition of the day
of asking says: one list is kept, and one condition asks of a closed ticket.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bridge.policies.agreement.obligations import ObligationDefinition
from bridge.policies.agreement.policy import Policy
from bridge.policies.obligations.periods import day_at
from bridge.tickets import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedEdition:
    """An obligation as one edition has it. It owes the periods that begin from `since` on and before `until`; None: open."""

    definition: ObligationDefinition
    since: date | None = None
    until: date | None = None

    def owes(self, first: date) -> bool:
        """Return whether it owes a period with this first day."""
        return (self.since is None or self.since <= first) and (self.until is None or first < self.until)


@dataclass(frozen=True, slots=True)
class Obligation:
    """An obligation by its editions, in the order of time; there is at least one."""

    editions: tuple[OwedEdition, ...]

    @property
    def id(self) -> str:
        """Return what all editions call it."""
        return self.editions[0].definition.id

    def counted_at(self, now: Instant) -> ObligationDefinition:
        """Return the edition that says at an instant what counts: the one in force, else the last that was, else the first."""
        begun = [one for one in self.editions if one.since is None or one.since <= day_at(one.definition.calendar, now)]
        return (begun[-1] if begun else self.editions[0]).definition


def obligations_in(policy: Policy) -> tuple[Obligation, ...]:
    """Return the obligations of a policy, those of its latest edition first, each group as it is declared."""
    ids = dict.fromkeys(one.id for revision in reversed(policy.revisions) for one in revision.obligations)
    return tuple(Obligation(tuple(_editions(policy, one))) for one in ids)


def _editions(policy: Policy, id_: str) -> Iterator[OwedEdition]:
    following: Sequence[date | None] = [one.valid_from for one in policy.revisions[1:]]
    for revision, until in zip(policy.revisions, (*following, None), strict=True):
        for one in revision.obligations:
            if one.id == id_:
                yield OwedEdition(definition=one, since=revision.valid_from, until=until)
