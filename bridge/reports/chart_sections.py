"""The charts of the report, each with its table: months, ages of open tickets, the week by hours."""

from collections.abc import Iterator, Sequence

from bridge.policies.figures.model import AgeBand, Dimension, Figures
from bridge.policies.figures.question import months_until
from bridge.reports import report_words as words
from bridge.reports.charts import OURS, WAITING, MonthPoint, age_bars, chart, key, month_line
from bridge.reports.compliance import Compliance, by_key
from bridge.reports.heat_map import HEIGHT, WIDTH, heat_map
from bridge.reports.markup import safe, tag, tenths_of
from bridge.reports.section import section
from bridge.reports.tables import NUMBER, Column, Line, folded, scrolling, table
from bridge.reports.teller import Teller


def chart_sections(teller: Teller, figures: Figures) -> Iterator[str]:
    """Yield the charts; one that has nothing to draw leaves its table."""
    yield '<div class="charts">'
    yield _months(teller, _twelve(teller, figures))
    yield _backlog(teller, figures.backlog)
    yield "</div>"
    yield _week(teller, figures)


def _twelve(teller: Teller, figures: Figures) -> list[Compliance]:
    """Return all months that are compared, also those in which nothing ended."""
    found = {one.key: one for one in by_key(figures.rows[Dimension.MONTH])}
    months, _ = months_until(figures.period, teller.zone)
    return [found.get(month, Compliance(key=month)) for month in months]


def _months(teller: Teller, months: Sequence[Compliance]) -> str:
    title = teller.word(words.SECTIONS["month"])
    columns = [
        Column(teller.word(words.COLUMNS[name]), NUMBER if name != "month" else "")
        for name in ("month", "met", "missed", "share")
    ]
    rows = [
        Line([
            safe(teller.month(one.key)),
            safe(teller.of(one.met, one.decided)) if one.decided else teller.word(words.NOTHING),
            str(one.missed),
            safe(teller.share(one.met, one.decided)),
        ])
        for one in months
    ]  # fmt: skip
    numbers = table(title, columns, rows, kind="")
    decided = [one for one in months if one.decided]
    if not decided:
        return section(teller, "month", [f"<p>{safe(teller.word(words.NO_DATA))}</p>", numbers])
    shares = [teller.share(one.met, one.decided) for one in sorted(decided, key=lambda one: one.met / one.decided)]
    points = [
        MonthPoint(teller.short_month(one.key), tenths_of(one.met, one.decided) if one.decided else None)
        for one in months
    ]
    picture = chart(
        "months", 560, 220,
        title=title,
        description=teller.word(words.MONTH_DESC, low=shares[0], high=shares[-1]),
        parts=month_line(points, teller.language),
    )  # fmt: skip
    folded_numbers = folded(teller.word(words.TABLE), numbers)
    return section(teller, "month", [scrolling(title, picture, kind="line"), folded_numbers])


def _backlog(teller: Teller, bands: Sequence[AgeBand]) -> str:
    title = teller.word(words.SECTIONS["backlog"])
    ours, waiting = sum(one.ours for one in bands), sum(one.waiting for one in bands)
    names = ("age", "ours", "waiting", "all")
    columns = [Column(teller.word(words.COLUMNS[name]), NUMBER if name != "age" else "") for name in names]
    rows = [
        Line([safe(_age(teller, one)), str(one.ours), str(one.waiting), str(one.ours + one.waiting)]) for one in bands
    ]
    total = Line([safe(teller.word(words.TOTAL)), str(ours), str(waiting), str(ours + waiting)], "total")
    numbers = table(title, columns, [*rows, total], kind="")
    if not ours + waiting:
        return section(teller, "backlog", [numbers])
    picture = chart(
        "backlog", 360, 10 + 30 * len(bands),
        title=title,
        description=teller.word(words.BACKLOG_DESC, ours=ours, waiting=waiting),
        parts=age_bars([(_age(teller, one), one.ours, one.waiting) for one in bands]),
    )  # fmt: skip
    legend = tag(
        "p",
        key(OURS) + safe(teller.word(words.OURS, count=ours)),
        key(WAITING, edge="var(--wait)") + safe(teller.word(words.WAITING, count=waiting)),
        class_="keys",
    )
    content = [scrolling(title, picture, kind="bars"), legend, folded(teller.word(words.TABLE), numbers)]
    return section(teller, "backlog", content)


def _age(teller: Teller, band: AgeBand) -> str:
    if band.until_days is None:
        return teller.word(words.AGE_ABOVE, from_=band.from_days)
    return teller.word(
        words.AGE_BETWEEN if band.from_days else words.AGE_BELOW, from_=band.from_days, until=band.until_days
    )


def _week(teller: Teller, figures: Figures) -> str:
    title, weekdays = teller.word(words.SECTIONS["arrivals"]), words.WEEKDAYS[teller.language]
    arrived, missed = (sum(map(sum, one)) for one in (figures.arrivals, figures.breaches))
    if not arrived + missed:
        return section(teller, "arrivals", [f"<p>{safe(teller.word(words.NO_ARRIVALS))}</p>"])
    picture = chart(
        "week", WIDTH, HEIGHT,
        title=title,
        description=teller.word(words.HEAT_DESC, arrivals=arrived, breaches=missed),
        parts=heat_map(figures.arrivals, figures.breaches, figures.working, weekdays),
    )  # fmt: skip
    columns = [Column(teller.word(words.COLUMNS["weekday"])), *(Column(f"{hour:02}", NUMBER) for hour in range(24))]
    rows = [
        Line([safe(name), *(_hour(*pair) for pair in zip(figures.arrivals[day], figures.breaches[day], strict=True))])
        for day, name in enumerate(weekdays)
    ]
    numbers = scrolling(teller.word(words.TABLE), table(title, columns, rows, kind=""), kind="numbers")
    note = tag("p", safe(teller.word(words.HEAT_TABLE)), class_="soft")
    content = [scrolling(title, picture, kind="heat"), folded(teller.word(words.TABLE), note + numbers)]
    return section(teller, "arrivals", content, remark=teller.word(words.HEAT_NOTE))


def _hour(arrived: int, missed: int) -> str:
    return f"{arrived}/{missed}" if missed else str(arrived) if arrived else ""
