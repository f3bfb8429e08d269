"""The panel's script in node, asked from Python; and clocks and calendars as its page gives them to it."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.telling.detail import detail
from bridge.tickets import Instant, parse_instant

EVERY_SECOND = "*"
"""The calendar by which the page gives the clocks that count every second."""

HERE = Path(__file__).parent
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed: apt-get install nodejs")


class Script:
    """One node with the script loaded; it answers as many questions as are asked."""

    def __init__(self) -> None:
        command = [NODE or "node", str(HERE / "answers.mjs")]
        self._node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, name: str, *given: object) -> Any:
        """Return what a function of the script says."""
        return self.ask_all([(name, *given)])[0]

    def ask_all(self, questions: Sequence[tuple[object, ...]]) -> list[Any]:
        """Return an answer for each question; AssertionError where the script threw."""
        assert self._node.stdin
        assert self._node.stdout
        answers = []
        for question in questions:
            self._node.stdin.write(json.dumps(question) + "\n")
            self._node.stdin.flush()
            answer = self._node.stdout.readline()
            assert answer, f"the script threw at {question}"
            answers.append(json.loads(answer))
        return answers

    def close(self) -> None:
        """End node."""
        self._node.communicate()


def windows_of(calendar: WorkCalendar, start: Instant, end: Instant) -> list[list[Instant]]:
    """Return the windows that have time between two instants, as a publication lists them."""
    years = calendar.years_at(start, end)
    return [
        [opens, closes]
        for opens, closes in zip(years.opens, years.closes, strict=True)
        if opens < closes and closes > start and opens < end
    ]


def calendar_of(calendar: WorkCalendar, start: Instant, end: Instant) -> dict[str, Any]:
    """Return the calendar as the page has it."""
    return {"zone": calendar.zone.key, "windows": windows_of(calendar, start, end)}


def clocks_of(decision: Any) -> list[dict[str, Any]]:
    """Return the decision's clocks as the page has them, in the order of the decision."""
    return [_clock(stored, decision) for stored in detail(decision)["clocks"]]


def _clock(stored: dict[str, Any], decision: Any) -> dict[str, Any]:
    target = stored["target"]
    amount = None if target == "promise" else Amount.parse(target)
    anchor, pauses = stored["worked_to"], stored["pauses"]
    is_days = amount is not None and amount.kind is AmountKind.WORKING_DAYS
    return {
        "state": stored["state"],
        **{name: _instant(stored[name]) for name in ("started_at", "due_at", "breached_at", "stopped_at")},
        "risk_at": _risk_at(stored, decision),
        "target_seconds": None if amount is None or is_days else amount.value,
        "target_days": amount.value if amount is not None and is_days else None,
        "worked_to": anchor and {**anchor, "at": _instant(anchor["at"])},
        "pauses": pauses and [[_instant(start), _instant(end)] for start, end in pauses],
        "calendar": EVERY_SECOND
        if amount is not None and amount.kind is AmountKind.CALENDAR_TIME
        else stored["calendar"],
        "provisional": stored["provisional"],
    }


def _risk_at(stored: dict[str, Any], decision: Any) -> Instant | None:
    """Return when the clock turns `at_risk` if nothing happens; None while paused and once it is over."""
    if stored["state"] not in {"running", "at_risk"}:
        return None
    key = stored["metric"], stored["cycle"]
    (cycle,) = [one for one in decision.basis.active if (one.plan.metric, one.number) == key]
    points = cycle.allowance.thresholds if cycle.allowance is not None else ()
    reached = [cycle.reaches(point, cycle.pauses) for point in points if point.at_risk]
    return min((at for at in reached if at is not None), default=None)


def _instant(text: str | None) -> Instant | None:
    return None if text is None else parse_instant(text)
