"""A month of a small desk as figures, made by hand; what people wrote in it is replaced where a test wants it hostile."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bridge.policies.figures.model import (
    AgeBand,
    Dimension,
    Excluded,
    Figures,
    Filters,
    Missed,
    MostLate,
    Now,
    Period,
    Row,
    Spent,
    SpentOn,
    TicketCounts,
    Unknown,
)
from bridge.policies.obligations.overview import Obligations, obligations_of
from bridge.policies.obligations.owed import Span
from bridge.reports.coming import Coming
from bridge.reports.report_page import ReportPage
from bridge.reports.teller import Teller
from bridge.tickets import Reference
from tests.unit.obligations.sample import always, contract, customer, seen, visits
from tests.unit.trials.test_simulate import CURRENT

MOSCOW = ZoneInfo("Europe/Moscow")


def at(day: int, hour: int = 9, minute: int = 0, month: int = 11) -> int:
    """Return an instant of 2026 by UTC."""
    return int(datetime(2026, month, day, hour, minute, tzinfo=UTC).timestamp())


NOW = at(29)
METRIC = "first_response"
NIGHT = (0,) * 24
WEEK = (NIGHT,) * 7
PERIOD = Period(since=date(2026, 11, 1), until=date(2026, 11, 30), zone="Europe/Moscow")


def row(key: str, met: int, missed: int, *, name: str = "", metric: str = METRIC, **more: Any) -> Row:
    """Return a row with nothing open."""
    lengths = (3600, 7200) if met + missed else (None, None)
    members = {"open": 0, "open_breached": 0, "median_seconds": lengths[0], "p90_seconds": lengths[1], **more}
    return Row(key=key, name=name, metric=metric, met=met, breached=missed, **members)


def missed(ticket: int = 7, *, name: str = "СПК «Колос»", **more: Any) -> Missed:
    """Return a cycle that was half an hour late."""
    return Missed(
        **{
            "ticket": ticket,
            "number": f"70{ticket:04}",
            "level": "standard",
            "customer": "K-1",
            "customer_name": name,
            "department": Reference(id=1, name="Поддержка"),
            "agent": Reference(id=3, name="Ким Елена"),
            "metric": METRIC,
            "cycle": 1,
            "started_at": at(12, 6),
            "due_at": at(12, 14),
            "breached_at": at(12, 14),
            "stopped_at": at(13, 6, 30),
            "late_seconds": 1800,
            "late_days": 1,
            "elapsed_seconds": 30_600,
            "calendar": "support-msk",
            "target": "8h",
            "breach_cause": "unassigned",
            "policy_digest": "sha256:0123abcd",
            "inputs": "sha256:4567ef",
            **more,
        }
    )


def coming(ticket: int = 9, **more: Any) -> Coming:
    """Return a deadline that comes tomorrow."""
    return Coming(
        **{
            "ticket": ticket,
            "number": f"70{ticket:04}",
            "level": "urgent",
            "customer": "K-2",
            "customer_name": "ООО «Заря»",
            "department": Reference(id=1, name="Поддержка"),
            "agent": None,
            "metric": METRIC,
            "state": "at_risk",
            "due_at": at(30, 6),
            **more,
        }
    )


def rows_of(*, hostile: str = "") -> dict[Dimension, tuple[Row, ...]]:
    """Return 41 of 44 met, by each dimension."""
    return {
        Dimension.LEVEL: (row("standard", 29, 3, open=4, open_breached=1), row("urgent", 12, 0)),
        Dimension.DEPARTMENT: (row("1", 41, 3, name=hostile or "Поддержка"),),
        Dimension.AGENT: (row("", 10, 0), row("3", 31, 3, name=hostile or "Ким Елена")),
        Dimension.CUSTOMER: (
            row("K-1", 2, 3, name=hostile or "СПК «Колос»"),
            row("K-2", 39, 0, name=hostile or "ООО «Заря»"),
        ),
        Dimension.MONTH: (row("2026-10", 9, 1), row("2026-11", 41, 3)),
    }


REGISTRY = {
    "as_of": "2026-11-29T06:00:00Z",
    "certificates": [
        {"customer": "K-1", "name": "СПК «Колос»", "until": "2026-12-20", "days": 21, "certificate": "S-1"}
    ],
    "entitlements": [
        {
            "customer": "K-2",
            "name": "ООО «Заря»",
            "entitlement": "часы",
            "period": "2026",
            "used": 9.5,
            "left": 0.5,
            "of": 10,
            "unit": "ч",
            "paper": "D-1",
        }
    ],
    "versions": [
        {
            "customer": "K-1",
            "name": "СПК «Колос»",
            "product": "agro",
            "version": "2.0",
            "state": "outdated",
            "latest": "3.0",
        }
    ],
    "exceptions": [
        {
            "id": "for-kolos",
            "customer": "K-1",
            "name": "СПК «Колос»",
            "level": "urgent",
            "reason": "уборка",
            "approver": "Орлов Д.",
            "until": "2026-12-31",
        }
    ],
    "more": {"certificates": 1, "entitlements": 1, "versions": 1, "exceptions": 1},
    "tracks": ["licences", "certificates", "contracts"],
    "not_listed": [],
}


def with_text(value: Any, text: str) -> Any:
    """Return JSON in which every text that no calendar reads is another one."""
    if isinstance(value, dict):
        return {
            name: one if name in {"as_of", "until", "tracks"} else with_text(one, text) for name, one in value.items()
        }
    if isinstance(value, list):
        return [with_text(one, text) for one in value]
    return text if isinstance(value, str) else value


def figures(*, hostile: str = "", **changes: Any) -> Figures:
    """Return the month."""
    busy = (0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 12, 3, *(0,) * 12)
    late = (0,) * 10 + (2,) + (0,) * 13
    works = (0,) * 9 + (1,) * 9 + (0,) * 6
    spent = SpentOn(key="1", name=hostile or "Открыта", seconds=90_000, cycles=44)
    every = {
        "period": PERIOD,
        "filters": Filters(),
        "as_of": NOW,
        "rows": rows_of(hostile=hostile),
        "total": (row("", 41, 3, open=4, open_breached=1),),
        "tickets": TicketCounts(
            met=38, breached=3, last_breached=2, reopened=4, cancelled=1, excluded=1, open_breached=1
        ),
        "now": Now(
            open=18, new_today=2, at_risk=1, next_due=at(30, 6), overdue=1, most_late=MostLate(ticket=8, due_at=at(27)),
            paused=6, no_sla=0, unknown=1,
        ),
        "backlog": (
            AgeBand(from_days=0, until_days=1, ours=5, waiting=1),
            AgeBand(from_days=1, until_days=3, ours=4, waiting=0),
            AgeBand(from_days=3, until_days=7, ours=0, waiting=0),
            AgeBand(from_days=7, until_days=30, ours=2, waiting=5),
            AgeBand(from_days=30, until_days=None, ours=1, waiting=0),
        ),
        "arrivals": (busy, *WEEK[1:]),
        "breaches": (late, *WEEK[1:]),
        "working": ((works,) * 5 + WEEK[5:]),
        "spent": Spent(status=(spent,), department=(spent,)),
        "missed": (
            missed(8, stopped_at=None, late_seconds=None, late_days=None, elapsed_seconds=None, due_at=at(27),
                   breached_at=at(27), policy_digest=None, inputs=None, name=hostile or "СПК «Колос»"),
            missed(7, name=hostile or "СПК «Колос»"),
        ),
        "excluded": (Excluded(ticket=11, number="700011", reason=hostile or "заведена дважды", by=hostile or "Орлов Д."),),
        "unknown": (Unknown(ticket=12, number="700012", checks=("licence", hostile or "certificate")),),
        "registry": with_text(REGISTRY, hostile) if hostile else REGISTRY,
        **changes,
    }  # fmt: skip
    return Figures(**every)


def teller(language: str = "en", **changes: Any) -> Teller:
    """Return who tells it, with pages for tickets."""
    return Teller(
        **{
            "policy": CURRENT,
            "language": language,
            "zone": MOSCOW,
            "as_of": NOW,
            "address_of": lambda ticket: f"https://help.example/scp/tickets.php?id={ticket}&a=1",
            **changes,
        }
    )


def page(found: Figures | None = None, language: str = "en", **changes: Any) -> str:
    """Return the page of figures."""
    members = {"teller": teller(language), "coming": (coming(),), **changes}
    return ReportPage(figures=found or figures(), **members).html()


def obligations(hostile: str = "ООО «Рассвет»") -> Obligations:
    """Return one visit kept of two in November, owed to a customer of that name by a contract of that number."""
    who = customer(contract(hostile), id=hostile, name=hostile)
    seen_once = {"visits": seen(date(2026, 11, 5), customer=hostile)}
    span = Span(PERIOD.since, PERIOD.until, NOW)
    return obligations_of([always(visits(warn_at=()))], lambda: [who], seen_once, span)
