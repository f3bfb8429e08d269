"""For which contract a visit counts that could count for several (CU-4).

What names a contract counts for that one. All else is assigned so that as many periods as possible are kept, and among such
assignments so that as much as possible counts towards what is owed; where that leaves a choice, the contract that began first
comes first. It is counted afresh every time, from the first event on, so that a late entry in a list puts the past right too.

The best assignment is found exactly, event by event in the order of days: of what lies behind only the counts of the running
periods matter. Very many contracts with periods of their own would make too many of such positions; beyond `MOST_POSITIONS`
the best ones are followed.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bridge.policies.obligations.model import Holder, KeepingEvent, MatchedBy, OwedPeriod, Term

MOST_POSITIONS = 512
"""Five contracts that owe two a month each, or four that owe three, stay below it."""

_Counts = tuple[tuple[int, int], ...]
"""For each holder how many count in its period that runs, and how many towards what is owed at its start."""


class Match(NamedTuple):
    """An event and the holder that it counts for, by its place among the holders."""

    event: KeepingEvent
    holder: int
    matched_by: MatchedBy


class _Choice(NamedTuple):
    """The place that an event was given, and the choice before it."""

    place: int
    before: "_Choice | None"


class _Best(NamedTuple):
    """The best way to a position: periods kept, events that count towards one, and the choices that led here."""

    kept: int
    useful: int
    latest: _Choice | None


def matched(
    holders: Sequence[Holder], windows: Sequence[Sequence[OwedPeriod]], events: Sequence[KeepingEvent]
) -> tuple[list[Match], list[KeepingEvent]]:
    """Return which event counts for which holder, and the events that count for none of them.

    `windows` are those of each holder. An event counts for a holder that was in force on its day, and to whom anything was owed.
    """
    running = [_Running(one) for one in windows]
    open_to = [(event, tuple(_open_to(holders, running, event))) for event in sorted(events)]
    counted = [(event, places) for event, places in open_to if places]
    left = [event for event, places in open_to if not places]
    choices = _assigned(running, counted)
    found = [
        Match(event, place, _matched_by(event, places)) for (event, places), place in zip(counted, choices, strict=True)
    ]
    return found, left


def _matched_by(event: KeepingEvent, places: Sequence[int]) -> MatchedBy:
    if event.paper:
        return MatchedBy.NAMED
    return MatchedBy.ONLY if len(places) == 1 else MatchedBy.ASSIGNED


class _Running:
    """The periods of one holder, by the day."""

    def __init__(self, windows: Sequence[OwedPeriod]) -> None:
        self._periods = [one for one in windows if one.term is Term.PERIOD]
        self._first_days = [one.first for one in self._periods]
        self._start = next((one for one in windows if one.term is Term.START), None)

    def period(self, day: date) -> OwedPeriod | None:
        """Return the period that the day lies in."""
        place = bisect_right(self._first_days, day) - 1
        return self._periods[place] if place >= 0 and day <= self._periods[place].last else None

    def start(self, day: date) -> OwedPeriod | None:
        """Return the term at the start where the day lies in it."""
        start = self._start
        return start if start is not None and start.first <= day <= start.last else None


def _open_to(holders: Sequence[Holder], running: Sequence[_Running], event: KeepingEvent) -> Iterator[int]:
    for place, (holder, one) in enumerate(zip(holders, running, strict=True)):
        if event.paper and event.paper != holder.paper:
            continue
        if holder.holds(event.day) and (one.period(event.day) or one.start(event.day)):
            yield place


def _assigned(running: Sequence[_Running], counted: Sequence[tuple[KeepingEvent, Sequence[int]]]) -> list[int]:
    """Return the place chosen for each event."""
    if all(len(places) == 1 for _, places in counted):
        return [places[0] for _, places in counted]
    best: Mapping[_Counts, _Best] = {((0, 0),) * len(running): _Best(0, 0, None)}
    before: list[OwedPeriod | None] = [None] * len(running)
    for event, places in counted:
        now = [one.period(event.day) for one in running]
        turned = [place for place, (one, other) in enumerate(zip(now, before, strict=True)) if one is not other]
        best = _stepped(_turned(best, turned), running, event, places)
        before = now
    chosen: list[int] = []
    choice = max(best.values(), key=lambda one: (one.kept, one.useful)).latest
    while choice is not None:
        chosen.append(choice.place)
        choice = choice.before
    return chosen[::-1]


def _turned(best: Mapping[_Counts, _Best], turned: Sequence[int]) -> Mapping[_Counts, _Best]:
    """Return the positions after the periods of some holders are over: what counts in the next ones begins with nothing."""
    if not turned:
        return best
    found: dict[_Counts, _Best] = {}
    for counts, one in best.items():
        anew = list(counts)
        for place in turned:
            anew[place] = (0, counts[place][1])
        _keep(found, tuple(anew), one)
    return found


def _stepped(
    best: Mapping[_Counts, _Best], running: Sequence[_Running], event: KeepingEvent, places: Sequence[int]
) -> Mapping[_Counts, _Best]:
    """Return the positions after one more event."""
    found: dict[_Counts, _Best] = {}
    for place in places:
        period, start = running[place].period(event.day), running[place].start(event.day)
        for counts, one in best.items():
            in_period, kept = _one_more(counts[place][0], period)
            at_start, kept_at_start = _one_more(counts[place][1], start)
            useful = (in_period, at_start) != counts[place]
            reached = (*counts[:place], (in_period, at_start), *counts[place + 1 :])
            choice = _Choice(place, one.latest)
            _keep(found, reached, _Best(one.kept + kept + kept_at_start, one.useful + useful, choice))
    if len(found) > MOST_POSITIONS:
        ranked = sorted(found.items(), key=lambda item: (-item[1].kept, -item[1].useful, item[0]))
        found = dict(ranked[:MOST_POSITIONS])
    return found


def _one_more(count: int, window: OwedPeriod | None) -> tuple[int, bool]:
    """Return the count with one more, at most what is owed, and whether the period is kept by it."""
    if window is None or count >= window.at_least:
        return count, False
    return count + 1, count + 1 == window.at_least


def _keep(found: dict[_Counts, _Best], counts: _Counts, one: _Best) -> None:
    """Keep the better of two ways to a position, the one that came first where they are equal."""
    known = found.get(counts)
    if known is None or (one.kept, one.useful) > (known.kept, known.useful):
        found[counts] = one
