"""For which contract a visit counts that could count for several (CU-4).

What names a contract counts for that one. All else is assigned so that as many periods as possible are kept, and among such
assignments so that as much as possible counts towards what is owed; where that leaves a choice, the contract that began first
comes first. It is counted afresh every time, from the first event on, so that a late entry in a list puts the past right too.

The best assignment is found exactly, event by event in the order of days: of what lies behind only the counts of the running
periods matter, and of contracts that are alike only how many of them are served. Very many contracts that owe several in periods
of their own would make too many of such positions; beyond `MOST_POSITIONS` the best ones are followed.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bridge.policies.obligations.model import Holder, KeepingEvent, MatchedBy, OwedPeriod, Term

MOST_POSITIONS = 256
"""Five contracts that owe two a month each from days of their own, or four that owe three, stay below it."""

_Counts = tuple[tuple[int, int], ...]
"""For each holder how many count in its period that runs, and how many towards what is owed at its start."""

_Terms = tuple[OwedPeriod | None, OwedPeriod | None]
"""The period of a holder that runs on a day, and what is owed at its start where that does."""


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


class _Offer(NamedTuple):
    """What an event may count for: a place among the holders, with what runs there on its day.

    `alike` is the same of holders that differ in nothing to come, None of one that has no such other.
    """

    place: int
    period: OwedPeriod | None
    start: OwedPeriod | None
    alike: tuple[OwedPeriod, str] | None


def _assigned(running: Sequence[_Running], counted: Sequence[tuple[KeepingEvent, Sequence[int]]]) -> list[int]:
    """Return the place chosen for each event."""
    if all(len(places) == 1 for _, places in counted):
        return [places[0] for _, places in counted]
    best: Mapping[_Counts, _Best] = {((0, 0),) * len(running): _Best(0, 0, None)}
    before: list[_Terms] = [(None, None)] * len(running)
    for offers, (event, _) in zip(_offers(running, counted), counted, strict=True):
        now = [(one.period(event.day), one.start(event.day)) for one in running]
        best = _stepped(_turned(best, before, now), offers)
        before = now
    chosen: list[int] = []
    choice = max(best.values(), key=lambda one: (one.kept, one.useful)).latest
    while choice is not None:
        chosen.append(choice.place)
        choice = choice.before
    return chosen[::-1]


def _offers(running: Sequence[_Running], counted: Sequence[tuple[KeepingEvent, Sequence[int]]]) -> list[list[_Offer]]:
    """Return for each event what it may count for."""
    found: list[list[_Offer]] = []
    named: dict[tuple[int, OwedPeriod], str] = {}
    for event, places in reversed(counted):
        offers = []
        for place in places:
            period, start = running[place].period(event.day), running[place].start(event.day)
            # What is named later counts for its own alone, so until then it is not like the others.
            alike = None if period is None or start is not None else (period, named.get((place, period), ""))
            offers.append(_Offer(place, period, start, alike))
            if event.paper and period is not None:
                named[place, period] = event.paper
        found.append(offers)
    return found[::-1]


def _turned(best: Mapping[_Counts, _Best], before: Sequence[_Terms], now: Sequence[_Terms]) -> Mapping[_Counts, _Best]:
    """Return the positions on the day of an event: what has begun since the one before has nothing yet, and what is over makes no
    position differ from another."""
    turned = [place for place, (one, other) in enumerate(zip(before, now, strict=True)) if one != other]
    if not turned:
        return best
    found: dict[_Counts, _Best] = {}
    for counts, one in best.items():
        anew = list(counts)
        for place in turned:
            (period, start), (next_period, next_start) = before[place], now[place]
            in_period, at_start = counts[place]
            anew[place] = (in_period if period == next_period else 0, at_start if start == next_start else 0)
        _keep(found, tuple(anew), one)
    return found


def _stepped(best: Mapping[_Counts, _Best], offers: Sequence[_Offer]) -> Mapping[_Counts, _Best]:
    """Return the positions after one more event."""
    found: dict[_Counts, _Best] = {}
    for counts, one in best.items():
        for place, period, start, _ in _worth_trying(counts, offers):
            in_period, kept = _one_more(counts[place][0], period)
            at_start, kept_at_start = _one_more(counts[place][1], start)
            useful = (in_period, at_start) != counts[place]
            reached = (*counts[:place], (in_period, at_start), *counts[place + 1 :])
            choice = _Choice(place, one.latest)
            _keep(found, reached, _Best(one.kept + kept + kept_at_start, one.useful + useful, choice))
    if len(found) > MOST_POSITIONS:
        ranked = sorted(found.items(), key=lambda item: (-item[1].kept, -item[1].useful))
        found = dict(ranked[:MOST_POSITIONS])
    return found


def _worth_trying(counts: _Counts, offers: Sequence[_Offer]) -> Iterator[_Offer]:
    """Yield the offers of which one is the best in this position; the others lead nowhere that these do not.

    Where it is still owed, an event does not harm. Of holders that are alike, one that began later is better only where
    it is further on; of periods that lack one event, only where it ends earlier.
    """
    furthest: dict[tuple[OwedPeriod, str], int] = {}
    earliest = date.max
    spare: _Offer | None = offers[0]
    for offer in offers:
        in_period, at_start = counts[offer.place]
        if not (_is_owed(in_period, offer.period) or _is_owed(at_start, offer.start)):
            continue
        spare = None
        if offer.alike is not None:
            period, named = offer.alike
            if furthest.get(offer.alike, -1) >= in_period:
                continue
            furthest[offer.alike] = in_period
            if in_period + 1 == period.at_least and not named:
                if earliest <= period.last:
                    continue
                earliest = period.last
        yield offer
    if spare is not None:
        yield spare


def _is_owed(count: int, window: OwedPeriod | None) -> bool:
    return window is not None and count < window.at_least


def _one_more(count: int, window: OwedPeriod | None) -> tuple[int, bool]:
    """Return the count with one more, at most what is owed, and whether the period is kept by it."""
    if window is None or not _is_owed(count, window):
        return count, False
    return count + 1, count + 1 == window.at_least


def _keep(found: dict[_Counts, _Best], counts: _Counts, one: _Best) -> None:
    """Keep the better of two ways to a position, the one that came first where they are equal."""
    known = found.get(counts)
    if known is None or (one.kept, one.useful) > (known.kept, known.useful):
        found[counts] = one
