"""A few reported tickets in a few words."""

from datetime import date

from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.figures.counting import figures_of
from bridge.policies.figures.model import Filters, Period
from bridge.policies.figures.question import Question
from bridge.policies.figures.reported import (
    ReportedClock,
    ReportedCustomer,
    ReportedDetail,
    ReportedEvent,
    ReportedRecord,
    ReportedTicket,
)
from bridge.tickets import FinishedCycle, Reference, parse_instant

OPEN, CLOSED = Reference(id=1, name="Open", state="open"), Reference(id=3, name="Closed", state="closed")
SUPPORT, DEVELOPMENT = Reference(id=1, name="Support"), Reference(id=2, name="Development")
ANNA = Reference(id=5, name="Anna")
NOW = "2026-11-29T12:00:00Z"
FULL_TIME = build_calendar({"id": "msk", "zone": "Europe/Moscow", "week": {"mon-fri": ["09:00-18:00"]}})


def at(text):
    """An instant in Moscow's clocks."""
    return parse_instant(f"{text}+03:00")


def cycle(state="met", ended="2026-11-10T12:00:00", **members):
    given = {
        "metric": "resolution",
        "cycle": 1,
        "level": "standard",
        "customer": "C1",
        "department": SUPPORT,
        "agent": ANNA,
    }
    given |= {
        "started_at": at("2026-11-09T12:00:00"),
        "due_at": at("2026-11-10T10:00:00"),
        "elapsed_seconds": 3600,
        "opening": 1,
    }
    given["breached_at"] = given["due_at"] if state == "missed" else None
    return FinishedCycle(state=state, stopped_at=at(ended), **(given | members))


def clock(state="running", **members):
    given = {"metric": "resolution", "cycle": 2, "level": "standard", "started_at": at("2026-11-27T12:00:00")}
    given["breached_at"] = given["due_at"] = at("2026-11-28T12:00:00") if state == "overdue" else None
    return ReportedClock(state=state, **(given | members))


def ticket(*cycles, number=7, clocks=(), customer="C1", excluded="", fields=None, by=None, **members):
    detail = ReportedDetail(clocks=tuple(clocks), customer=ReportedCustomer(id=customer, name=f"{customer} Ltd"))
    given = {
        "created_at": at("2026-11-09T12:00:00"),
        "status": CLOSED,
        "department": SUPPORT,
        "number": f"{100 + number}",
    }
    given["fields"] = {"sla_set_excluded": excluded}
    given["events"] = (ReportedEvent(kind="field", field="sla_set_excluded", by=by),) if excluded else ()
    return ReportedTicket(
        id=number, bridge=ReportedRecord(fields=fields or {}, cycles=cycles, detail=detail), **(given | members)
    )


def november(
    *tickets,
    calendar=FULL_TIME,
    now=NOW,
    since=date(2026, 11, 1),
    until=date(2026, 11, 30),
    departments=None,
    **filters,
):
    period = Period(since=since, until=until, zone=calendar.zone.key)
    question = Question(period=period, filters=Filters(**filters), departments=departments)
    return figures_of(tickets, question, calendar, parse_instant(now))
