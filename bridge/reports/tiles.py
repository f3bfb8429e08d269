"""The tiles on top of the report: the few numbers that a manager looks at first, each a link to what is behind it."""

from collections.abc import Iterator
from datetime import timedelta

from bridge.policies.figures.model import Dimension, Figures
from bridge.reports import report_words as words
from bridge.reports.compliance import by_key
from bridge.reports.compliance_sections import total_of
from bridge.reports.markup import safe, tag
from bridge.reports.registry_sections import ending_within
from bridge.reports.teller import Teller

_HOURGLASS = (
    '<svg viewBox="0 0 16 16" aria-hidden="true"><path fill="currentColor" d="M3 1h10v2h-1v1.8L9.2 8 12 11.2V13h1v2H3v-2h1v-1.8'
    'L6.8 8 4 4.8V3H3zm2.6 2v1.3L8 7l2.4-2.7V3zM8 9l-2.4 2.7V13h4.8v-1.3z"/></svg>'
)
_TRIANGLE = (
    '<svg viewBox="0 0 16 16" aria-hidden="true"><path fill="currentColor" fill-rule="evenodd"'
    ' d="M8 1l7.5 14H.5zM7.1 6v5h1.8V6zm0 6v1.6h1.8V12z"/></svg>'
)


def tiles(teller: Teller, figures: Figures) -> str:
    """Return the row of tiles."""
    return tag("ul", *(tag("li", one) for one in _tiles(teller, figures)), class_="tiles")


def _tiles(teller: Teller, figures: Figures) -> Iterator[str]:
    now = figures.now
    yield _tile(
        teller, "open", str(now.open), "backlog",
        f"{teller.word(words.NEW_TODAY, count=now.new_today)}; {teller.word(words.PAUSED_NOW, count=now.paused)}",
    )  # fmt: skip
    next_due = teller.word(words.NEXT_DUE, at=teller.instant(now.next_due)) if now.next_due is not None else ""
    at_risk = next_due if now.at_risk else teller.word(words.NONE_AT_RISK)
    yield _tile(
        teller, "at_risk", str(now.at_risk), "coming", at_risk, kind="risk" if now.at_risk else "", icon=_HOURGLASS
    )
    late = now.most_late
    overdue = teller.word(words.MOST_LATE, at=teller.instant(late.due_at)) if late is not None else ""
    yield _tile(
        teller, "overdue", str(now.overdue), "overdue",
        overdue if now.overdue else teller.word(words.NONE_OVERDUE),
        kind="late" if now.overdue else "", icon=_TRIANGLE,
    )  # fmt: skip
    yield _compliance(teller, figures)
    if figures.registry is not None:
        thirty, sixty, ninety = (ending_within(figures.registry, days) for days in (30, 60, 90))
        told = teller.word(words.IN_30, sixty=sixty, ninety=ninety)
        yield _tile(teller, "certificates", str(thirty), "certificates", told)


def _compliance(teller: Teller, figures: Figures) -> str:
    total = total_of(figures)
    if not total.decided:
        return _tile(teller, "compliance", teller.word(words.NOTHING), "level", teller.word(words.NO_DATA))
    told = [teller.of(total.met, total.decided)]
    if total.says_little:
        told.append(teller.word(words.FEW))
    before = _month_before(teller, figures)
    if before:
        told.append(before)
    return _tile(teller, "compliance", teller.share(total.met, total.decided), "month", "; ".join(told))


def _month_before(teller: Teller, figures: Figures) -> str:
    """Return the share of the month before, where the period lies in one month and anything ended in the one before."""
    first = figures.period.since.replace(day=1)
    if first != figures.period.until.replace(day=1):
        return ""
    wanted = f"{first - timedelta(days=1):%Y-%m}"
    found = next((one for one in by_key(figures.rows[Dimension.MONTH]) if one.key == wanted), None)
    if found is None or not found.decided:
        return ""
    share = teller.share(found.met, found.decided)
    return teller.word(words.MONTH_BEFORE, month=teller.month_name(wanted), share=share)


def _tile(teller: Teller, name: str, number: str, goes_to: str, told: str, *, kind: str = "", icon: str = "") -> str:
    head = tag("span", safe(teller.word(words.TILES[name]))) + tag("b", icon if kind else "", safe(number))
    return tag("a", head, tag("span", safe(told), class_="soft"), href=f"#{goes_to}", class_=f"tile {kind}".rstrip())
