"""Lines of a list of days that cannot both be true."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bridge.policies.calendar.days import DayKind, MarkedDay
from bridge.policies.calendar.windows import DateSpan

_LEAP_YEAR = 2024
_Meaning = tuple[DayKind, object]
_Clash = tuple[int, int, str]
"""Two lines by their numbers, and the sentence about them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLine:
    """One line as it is written: its number, its dates, what it says of them, in which words, and what it calls them."""

    number: int
    span: DateSpan
    mark: MarkedDay
    word: str
    title: str

    @property
    def meaning(self) -> _Meaning:
        """What the line says of its days."""
        return self.mark.kind, self.mark.windows


def contradictions(lines: Iterable[ListedLine]) -> Iterator[str]:
    """Yield a sentence for each line that says of a day what an earlier one denies, or calls the same dates otherwise."""
    found: list[_Clash] = []
    written: dict[DateSpan, ListedLine] = {}
    dated: list[tuple[int, int, ListedLine]] = []
    of_a_year: list[tuple[int, int, ListedLine]] = []
    for line in lines:
        first = written.setdefault(line.span, line)
        if first.meaning == line.meaning and first.title != line.title:
            found.append(_clash(first, line, str(line.span), first.title, line.title))
        if not line.span.yearly:
            dated.append((*_ends(line.span), line))
        of_a_year += [(*ends, line) for ends in _within_a_year(line.span)]
    found += _disagreeing(dated, "%Y-%m-%d", among_dated=True)
    found += _disagreeing(of_a_year, "%m-%d", among_dated=False)
    yield from (sentence for *_, sentence in sorted(found))


def _disagreeing(spans: list[tuple[int, int, ListedLine]], shown: str, *, among_dated: bool) -> Iterator[_Clash]:
    """Yield a clash for each line that meets one of another meaning; of each meaning only the one that reaches furthest
    is kept, so that many lines of one kind cost no more than themselves."""
    furthest: dict[tuple[bool, _Meaning], tuple[int, ListedLine]] = {}
    told: set[tuple[int, int]] = set()
    for first, last, line in sorted(spans, key=lambda span: (span[0], span[2].number)):
        for (yearly, meaning), (reached, other) in furthest.items():
            compared = among_dated or yearly or line.span.yearly
            if compared and reached >= first and not _agree(meaning, line.meaning):
                one, two = sorted((line, other), key=lambda each: each.number)
                if (one.number, two.number) not in told:
                    told.add((one.number, two.number))
                    day = f"{date.fromordinal(first):{shown}}"
                    yield _clash(one, two, day, one.word, two.word)
                break
        key = line.span.yearly, line.meaning
        if key not in furthest or furthest[key][0] < last:
            furthest[key] = last, line


def _agree(one: _Meaning, other: _Meaning) -> bool:
    """Whether both may be said of one day: the same, or that a worked weekend is short."""
    return one == other or {one[0], other[0]} == {DayKind.WORKING, DayKind.WORKING_WEEKEND}


def _ends(span: DateSpan) -> tuple[int, int]:
    first, last = (span.first_year or 1, *span.first), (span.last_year or 1, *span.last)
    return date(*first).toordinal(), date(*last).toordinal()


def _within_a_year(span: DateSpan) -> Iterator[tuple[int, int]]:
    """Yield the runs of days that the span has in any year, shown in a leap year."""
    january, december = date(_LEAP_YEAR, 1, 1).toordinal(), date(_LEAP_YEAR, 12, 31).toordinal()
    first, last = (date(_LEAP_YEAR, *day).toordinal() for day in (span.first, span.last))
    years = 0 if span.yearly else (span.last_year or 0) - (span.first_year or 0)
    if years > 1 or (years == 1 and first <= last):
        yield january, december
    elif first <= last:
        yield first, last
    else:
        yield january, last
        yield first, december


def _clash(one: ListedLine, other: ListedLine, day: str, said: str, says: str) -> _Clash:
    numbers = one.number, other.number
    return *numbers, f"lines {numbers[0]} and {numbers[1]} say different things about {day}: {said!r} and {says!r}"
