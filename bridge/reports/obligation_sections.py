"""Obligations as a part of the report, and as the rows that its other forms tell too: what is owed, kept, missed, still due."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bridge.policies.figures.model import Period
from bridge.policies.obligations.model import Owed, OwedState, Term
from bridge.policies.obligations.overview import Obligations
from bridge.policies.obligations.periods import name_of
from bridge.reports import obligation_words as words
from bridge.reports import report_words
from bridge.reports.markup import safe, tag
from bridge.reports.section import left_out, long_table, nothing, section
from bridge.reports.tables import NUMBER, Column, Line
from bridge.reports.teller import Teller

COLUMNS = ("customer", "paper", "obligation", "period", "kept", "state", "left", "last_day")
"""The columns of a table of obligations, by their keys among the words of the report."""

MOST = 500
"""So many rows a page has; data have them all."""

_SEEN = 15
_PRESSING = (OwedState.MISSED, OwedState.DUE, OwedState.UNKNOWN, OwedState.NOT_BEGUN, OwedState.KEPT)


def obligation_section(teller: Teller, found: Obligations | None) -> Iterator[str]:
    """Yield the part, what is missed and what is due soonest first; nothing where the agreement declares no obligation."""
    if found is None:
        return
    rows = sorted(found.rows, key=lambda one: (_PRESSING.index(one.state), one.due_at))
    content = [tag("p", safe(one), class_="note") for one in notes(teller, found)]
    if not rows:
        yield section(teller, "obligations", [*content, nothing(teller, "obligations")])
        return
    columns = [Column(teller.word(report_words.COLUMNS[one]), NUMBER if one == "kept" else "") for one in COLUMNS]
    lines = [Line(list(_cells(teller, one))) for one in rows[:MOST]]
    caption = teller.word(report_words.SECTIONS["obligations"])
    table = long_table(teller, caption, columns, lines, seen=_SEEN)
    yield section(
        teller, "obligations", [table, left_out(teller, len(lines), len(rows)), *content], remark=summary(teller, rows)
    )


def _cells(teller: Teller, one: Owed) -> Iterator[str]:
    for name, cell in zip(COLUMNS, told(teller, one), strict=True):
        stands_out = name == "state" and one.state is OwedState.MISSED
        yield tag("span", safe(cell), class_="late") if stands_out else safe(cell)


def summary(teller: Teller, rows: Sequence[Owed]) -> str:
    """Return how many stand how, in one line."""
    counts = Counter(one.state.value for one in rows)
    return teller.word(words.SUMMARY, **{one: counts[one] for one in ("kept", "missed", "due", "unknown")})


def notes(teller: Teller, found: Obligations) -> Iterator[str]:
    """Yield what a reader has to know of the list."""
    if not found.complete:
        yield teller.word(words.INCOMPLETE)
    if found.not_counted:
        yield teller.word(words.NOT_COUNTED, count=len(found.not_counted))


def told(teller: Teller, one: Owed) -> list[str]:
    """Return the cells of a row, by COLUMNS; plain text."""
    nothing_ = teller.word(report_words.NOTHING)
    day = teller.day(one.last_day)
    return [
        one.name or one.customer,
        one.paper or nothing_,
        one.definition.title.text(teller.language),
        period_told(teller, one),
        nothing_ if one.count is None else teller.of(one.count, one.at_least),
        teller.word(words.STATES[one.state.value]),
        nothing_ if one.left_seconds is None else teller.amount(one.left_seconds),
        teller.word(words.PROVISIONAL, day=day) if one.provisional else day,
    ]


def period_told(teller: Teller, one: Owed) -> str:
    """Return what people call the period."""
    if one.term is Term.START:
        return teller.word(words.AT_START, until=teller.day(one.last_day))
    name = name_of(one.first, one.last, one.definition.every)
    if re.fullmatch(r"\d{4}-\d\d", name):
        return teller.month(name)
    if part := re.fullmatch(r"(\d{4})-([QH])(\d)", name):
        title = words.QUARTER if part[2] == "Q" else words.HALF_YEAR
        return teller.word(title, number=part[3], year=part[1])
    if re.fullmatch(r"\d{4}", name):
        return name
    return teller.period(Period(since=one.first, until=one.last, zone=teller.zone.key))
