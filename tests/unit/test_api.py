"""What programs import: `from bridge import load_policy, decide, Ticket, Decision, WorkCalendar, Amount`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bridge
from bridge import Amount, Decision, Ticket, WorkCalendar, decide, load_policy
from bridge.errors import CalendarError
from bridge.tickets import Reference, parse_instant

CONFIG = Path(__file__).resolve().parents[2] / "config"


def ticket() -> Ticket:
    return Ticket(
        id=1,
        number="100001",
        rev="r",
        created_at=parse_instant("2026-11-20T07:00:00Z"),
        status=Reference(id=1, name="Open", state="open"),
        department=Reference(id=1, name="Support"),
    )


def test_a_program_decides_a_ticket_by_a_folder() -> None:
    policy = load_policy(CONFIG)
    decision = decide(ticket(), policy, now=datetime(2026, 11, 20, 8, tzinfo=UTC))
    assert isinstance(decision, Decision)
    assert decision.level == "standard"
    assert decision.due_at == parse_instant("2026-11-23T06:00:00Z")


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(CalendarError, match="zone"):
        decide(ticket(), load_policy(CONFIG), now=datetime(2026, 11, 20, 8))


def test_a_program_counts_working_time() -> None:
    calendar = load_policy(CONFIG).calendars["support-msk"]
    assert isinstance(calendar, WorkCalendar)
    start = datetime(2026, 11, 20, 7, tzinfo=UTC)
    due = calendar.add(start, Amount.parse("8h"))
    assert due == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert calendar.between(start, due) == timedelta(hours=8)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = bridge.nothing_such
