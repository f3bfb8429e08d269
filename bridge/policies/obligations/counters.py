"""What a counter of a contract or certificate says of an obligation's period, for lists without dates."""

from datetime import date

from bridge.customers import Counter
from bridge.policies.agreement.obligations import FromCounter
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.papers import Paper
from bridge.policies.checks.period import period_of
from bridge.policies.obligations.model import OwedPeriod, Term


def counted_by(source: FromCounter, paper: Paper | None, window: OwedPeriod, today: date) -> int | None:
    """Return how many the counter says are used in the period; None where it says nothing of that.

    A registry keeps the count of one period, so that it tells of an obligation's period alone that is the counter's own. A part
    of a unit is rounded down.
    """
    if paper is None or window.term is Term.START:
        return None
    for counter in paper.counters:
        if not _is_named(counter, source.counter) or counter.used is None:
            continue
        period = period_of(counter, paper, today)
        if period is not None and _covered(period.first, period.last, paper) == (window.first, window.last):
            return int(counter.used)
    return None


def _is_named(counter: Counter, wanted: str) -> bool:
    return folded(wanted) in (folded(counter.id), folded(counter.unit))


def _covered(first: date | None, last: date | None, paper: Paper) -> tuple[date | None, date | None]:
    """Return the days of a counter's period on which the contract or certificate is in force."""
    begins = [one for one in (first, paper.valid_from) if one is not None]
    ends = [one for one in (last, paper.valid_until) if one is not None]
    return max(begins, default=None), min(ends, default=None)
