"""Letters about obligations: offered to the helpdesk by themselves, since they belong to no ticket.

The helpdesk takes them by their keys as it takes a ticket's actions: once for ever, nothing of the past. What is offered is all
that is due, so that what waits there and holds no longer is withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.decisions import Action
from bridge.errors import HelpdeskError, HelpdeskRefused
from bridge.policies.outcome.decision_json import action_json
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.writing import ActionOutcome
from bridge.sync.action_outcomes import ActionOutcomes
from bridge.sync.memory.owed_fact import LettersKnown
from bridge.sync.notices import Notice
from bridge.sync.planned.offers import UNDER_WAY
from bridge.sync.watch import OBLIGATION

AT_MOST = 20
"""So many letters one request carries, which keeps it small for a web server; what is beyond waits for the next pass."""

AGAIN_SECONDS = 600
"""How soon is looked again where the helpdesk took nothing."""

LETTERS = f"{OBLIGATION}letters"
"""The key of the notice that none are sent."""

_LACKS, _MAY_NOT = 404, 403


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedLettersDue:
    """What a look at obligations has found to be sent: the `keys` of all letters that are due, the `letters` that are not settled
    yet, and what is known of them."""

    keys: frozenset[str]
    letters: tuple[Action, ...]
    known: LettersKnown


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What became of an offer: what to remember, the trouble that kept it from being made, and in how many seconds to look again,
    None where time brings nothing but the next point."""

    known: LettersKnown
    trouble: Notice | None = None
    again: int | None = None


def offered(helpdesk: Helpdesk, due: OwedLettersDue, happened: ActionOutcomes) -> Offered:
    """Offer the letters that are due, and note what became of them."""
    if not due.letters and not due.known.waiting:
        return Offered(known=due.known)
    offer = due.letters[:AT_MOST]
    try:
        outcomes = helpdesk.offer_actions([action_json(one) for one in offer])
    except HelpdeskError as error:
        # Deadlines are worth more: the pass is remembered, and these are offered again.
        lasts = isinstance(error, HelpdeskRefused) and error.status in {_LACKS, _MAY_NOT}
        return Offered(known=due.known, trouble=_trouble(error), again=None if lasts else AGAIN_SECONDS)
    happened.take(None, outcomes)
    settled = frozenset(one.key for one in outcomes if _is_settled(one))
    waiting = any(one.stands in UNDER_WAY for one in outcomes)
    known = LettersKnown(settled=due.known.settled | settled, waiting=waiting)
    if len(due.letters) > AT_MOST or happened.unkept(outcomes):
        return Offered(known=known, again=0 if settled else AGAIN_SECONDS)
    return Offered(known=known)


def _is_settled(one: ActionOutcome) -> bool:
    return one.stands not in UNDER_WAY and not ActionOutcomes.unkept([one])


def _trouble(error: HelpdeskError) -> Notice:
    return Notice(key=LETTERS, text=f"letters about obligations are not sent: {error}")


def unsettled(letters: Sequence[Action], known: LettersKnown) -> OwedLettersDue:
    """Return what is to be offered of the letters that are due."""
    left = tuple(one for one in letters if one.key not in known.settled)
    return OwedLettersDue(keys=frozenset(one.key for one in letters), letters=left, known=known)
