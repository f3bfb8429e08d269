"""The report as CSV for spreadsheets: rows of all dimensions, or one of its lists; no cell of it is ever a formula."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from bridge.policies.figures.model import Dimension, Excluded, Figures, Missed, Unknown
from bridge.policies.obligations.model import Owed
from bridge.policies.obligations.overview import Obligations
from bridge.reports.coming import Coming
from bridge.reports.spreadsheet import BOM, harmless, table_writer
from bridge.reports.teller import Teller
from bridge.tickets import Instant, Reference

LISTS = (
    "rows",
    "missed",
    "coming",
    "excluded",
    "unknown",
    "spent",
    "certificates",
    "entitlements",
    "versions",
    "exceptions",
    "obligations",
)
"""What a file can hold."""

_RECORDS: Mapping[str, type] = {"missed": Missed, "excluded": Excluded, "unknown": Unknown}
_OF_REGISTRY: Mapping[str, Sequence[str]] = {
    "certificates": ("customer", "name", "certificate", "until", "days"),
    "entitlements": ("customer", "name", "paper", "entitlement", "period", "used", "left", "of", "unit"),
    "versions": ("customer", "name", "product", "version", "state", "latest"),
    "exceptions": ("id", "customer", "name", "level", "reason", "approver", "until"),
}
_OF_ROWS = (
    "by", "key", "name", "metric", "met", "breached", "decided", "met_percent",
    "open", "open_breached", "median_seconds", "p90_seconds",
)  # fmt: skip


_OF_OBLIGATIONS = (
    "customer", "name", "paper", "obligation", "title", "term", "from", "until", "at_least", "count", "state",
    "left_seconds", "due_at", "last_day", "kept_on",
)  # fmt: skip


def csv_of(
    teller: Teller, figures: Figures, coming: Sequence[Coming], wanted: str, obligations: Obligations | None = None
) -> str:
    """Return the CSV of what `LISTS` names.

    Numbers have a decimal comma in Russian and a point in English, as spreadsheets of these languages have them.
    """
    if wanted == "obligations":
        return csv_of_obligations(teller, obligations)
    return _written(teller, *_content(teller, figures, coming, wanted))


def csv_of_obligations(teller: Teller, obligations: Obligations | None) -> str:
    """Return the CSV of what is owed, in the same form."""
    rows = [] if obligations is None else obligations.rows
    return _written(teller, _OF_OBLIGATIONS, (_owed(teller, one) for one in rows))


def _written(teller: Teller, head: Sequence[str], lines: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    writer = table_writer(out, teller.language)
    writer.writerow(head)
    writer.writerows([_cell(teller, one) for one in line] for line in lines)
    return BOM + out.getvalue()


def _content(
    teller: Teller, figures: Figures, coming: Sequence[Coming], wanted: str
) -> tuple[Sequence[str], Iterable[Iterable[Any]]]:
    """Return the names of the columns, and the lines."""
    if wanted == "rows":
        return _OF_ROWS, _rows(teller, figures)
    if wanted == "spent":
        return ("by", "key", "name", "seconds", "cycles"), _spent(figures)
    if wanted == "coming":
        return _records(teller, Coming, coming)
    if wanted in _OF_REGISTRY:
        found = [] if figures.registry is None else figures.registry[wanted]
        return _OF_REGISTRY[wanted], ([one.get(name) for name in _OF_REGISTRY[wanted]] for one in found)
    return _records(teller, _RECORDS[wanted], getattr(figures, wanted))


def _rows(teller: Teller, figures: Figures) -> Iterator[list[Any]]:
    parts = [(one.value, figures.rows[one]) for one in Dimension] + [("total", figures.total)]
    for by, rows in parts:
        for one in rows:
            decided = one.met + one.breached
            share = teller.share(one.met, decided).removesuffix("\N{NO-BREAK SPACE}%") if decided else None
            name = "" if by == "total" else teller.named(by, one.key, one.name)
            metric = teller.metric(one.metric)
            yield [
                by, one.key, name, metric, one.met, one.breached, decided, None if share is None else _Number(share),
                one.open, one.open_breached, one.median_seconds, one.p90_seconds,
            ]  # fmt: skip


def _spent(figures: Figures) -> Iterator[list[Any]]:
    for by, found in (("status", figures.spent.status), ("department", figures.spent.department)):
        for one in found:
            yield [by, one.key, one.name, one.seconds, one.cycles]


def _owed(teller: Teller, one: Owed) -> list[Any]:
    title = one.definition.title.text(teller.language)
    days = [_Number(day.isoformat()) for day in (one.first, one.last)]
    return [
        one.customer, one.name, one.paper, one.obligation, title, one.term.value, *days, one.at_least, one.count,
        one.state.value, one.left_seconds, _Number(_instant(teller, one.due_at)), _Number(one.last_day.isoformat()),
        None if one.kept_on is None else _Number(one.kept_on.isoformat()),
    ]  # fmt: skip


def _records(teller: Teller, kind: type, found: Iterable[Any]) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the members of records as columns. References are told by their names; instants by the clocks of the report."""
    names = [one.name for one in fields(kind)]
    return names, ([_member(teller, name, getattr(one, name)) for name in names] for one in found)


def _member(teller: Teller, name: str, value: Any) -> Any:
    if isinstance(value, Reference):
        return value.name
    if isinstance(value, tuple):
        return ", ".join(map(teller.check, value))
    told = _TOLD.get(name)
    if told is not None and value is not None:
        return told(teller, value)
    if name.endswith("_at") and value is not None:
        return _Number(_instant(teller, value))
    return value


def _instant(teller: Teller, at: Instant) -> str:
    return f"{teller.local(at):%Y-%m-%d %H:%M:%S}"


_TOLD: Mapping[str, Any] = {"level": Teller.level, "metric": Teller.metric, "breach_cause": Teller.cause}


class _Number(str):
    """A text of ours that no spreadsheet can misread."""

    __slots__ = ()


def _cell(teller: Teller, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, _Number | int):
        return str(value)
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if teller.language == "ru" else ".")
    return harmless(str(value))
