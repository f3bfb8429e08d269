"""The tables of compliance: a bar, a share with numerator and denominator, what is open, and how long it took."""

from collections.abc import Iterator, Sequence

from bridge.policies.figures.model import Dimension, Figures
from bridge.reports import report_words as words
from bridge.reports.charts import share_bar
from bridge.reports.compliance import FEW, Compliance, by_key, by_metric, together, worst_first
from bridge.reports.markup import safe, tag
from bridge.reports.section import left_out, long_table, section
from bridge.reports.tables import NUMBER, SHARE, Column, Line
from bridge.reports.teller import Teller

_SHOWN, _AT_MOST = 15, 300
"""Rows that are seen at once, and rows of the page in all."""

_METRICS = 2
"""So many metrics have their median beside each share; all have it in the table by metric."""


def total_of(figures: Figures) -> Compliance:
    """Return all deadlines of the report as one."""
    return together("", figures.total)


def compliance_sections(teller: Teller, figures: Figures, *, inside: bool = True) -> Iterator[str]:
    """Yield the tables by level and metric, and those by department, agent and customer where they are for one's own people."""
    shown = [one.metric for one in sorted(figures.total, key=lambda one: _rank(teller, one.metric))][:_METRICS]
    yield _section(teller, "level", by_key(figures.rows[Dimension.LEVEL]), shown, total=total_of(figures))
    if len(figures.total) > 1:
        yield _section(teller, "metric", by_metric(figures.total), [""])
    for one in (Dimension.DEPARTMENT, Dimension.AGENT, Dimension.CUSTOMER) if inside else ():
        yield _section(teller, one.value, by_key(figures.rows[one]), shown)


def _rank(teller: Teller, metric: str) -> tuple[int, str]:
    known = teller.metrics()
    return known.index(metric) if metric in known else len(known), metric


def _section(
    teller: Teller, name: str, found: Sequence[Compliance], metrics: Sequence[str], *, total: Compliance | None = None
) -> str:
    columns = _columns(teller, name, metrics)
    lines = [_line(teller, name, one, metrics) for one in worst_first(found)[:_AT_MOST]]
    last = [] if total is None else [_line(teller, "total", total, metrics)]
    caption = teller.word(words.SECTIONS[name])
    content = [long_table(teller, caption, columns, lines, seen=_SHOWN, last=last, kind="cards compliance")]
    if not total_decided(found):
        content.append(f"<p>{safe(teller.word(words.NO_DATA))}</p>")
    content.append(left_out(teller, _AT_MOST, len(found)))
    if any(one.decided and one.says_little for one in found):
        content.append(tag("p", safe(teller.word(words.FEW_TOLD, few=FEW)), class_="soft"))
    return section(teller, name, content)


def _promised(teller: Teller, name: str, key: str) -> str:
    """Return what a level promises, to be read beside how long it took."""
    promised = teller.promised(key) if name == "level" else ""
    return f"<br>{tag('small', safe(promised))}" if promised else ""


def total_decided(found: Sequence[Compliance]) -> int:
    """Return how many deadlines ended."""
    return sum(one.decided for one in found)


def _columns(teller: Teller, name: str, metrics: Sequence[str]) -> list[Column]:
    def titled(key: str) -> str:
        return teller.word(words.COLUMNS[key])

    lengths = [
        Column(f"{teller.metric(metric)}, {titled(key)}" if metric else titled(key).capitalize(), NUMBER)
        for metric in metrics
        for key in ("median", "p90")
    ]
    return [
        Column(titled(name)),
        Column(titled("compliance"), SHARE),
        Column("%", NUMBER),
        Column(titled("met"), NUMBER),
        Column(titled("missed"), NUMBER),
        Column(titled("open"), NUMBER),
        *lengths,
    ]


def _line(teller: Teller, name: str, one: Compliance, metrics: Sequence[str]) -> Line:
    is_total = name == "total"
    called = teller.word(words.TOTAL) if is_total else teller.named(name, one.key, one.name)
    nothing = teller.word(words.NOTHING)
    few = one.decided and one.says_little
    remark = tag("small", safe(teller.word(words.FEW))) if few else ""
    overdue = (
        tag("small", safe(teller.word(words.OVERDUE_OF_OPEN, count=one.overdue)), class_="late") if one.overdue else ""
    )
    lengths = (
        safe(teller.amount(seconds))
        for metric in metrics
        for seconds in one.lengths.get(metric or one.key, (None, None))
    )
    cells = [
        safe(called) + _promised(teller, name, one.key),
        share_bar(one.met, one.missed) if one.decided and not is_total else "",
        tag("span", safe(teller.share(one.met, one.decided)), class_="percent") + remark,
        safe(teller.of(one.met, one.decided)) if one.decided else nothing,
        str(one.missed) if one.missed else nothing,
        (str(one.open + one.overdue) if one.open + one.overdue else nothing) + overdue,
        *lengths,
    ]
    return Line(cells, "total" if is_total else "few" if few else "")
