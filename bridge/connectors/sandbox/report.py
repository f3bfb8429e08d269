"""The figures that this helpdesk tells outside programs: counted from its tickets, by the calendar that was published."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bridge.connectors.sandbox.responses import Refusal
from bridge.policies.figures.counting import figures_of
from bridge.policies.figures.figures_json import figures_json
from bridge.policies.figures.hours import working_week
from bridge.policies.figures.model import Dimension, Filters, HeatMap, Period
from bridge.policies.figures.question import PeriodRefused, Question, asked_period
from bridge.policies.figures.reported import ReportedTicket, reported_adapter
from bridge.tickets import Instant, parse_instant


class PublishedHours:
    """A calendar as far as its windows were published, with the dates that are known wholly or in part as `known`."""

    def __init__(self, calendar: Mapping[str, Any]) -> None:
        self.zone = zone = ZoneInfo(calendar["zone"])
        self.known = Period(
            since=datetime.fromtimestamp(parse_instant(calendar["from"]), zone).date(),
            until=datetime.fromtimestamp(parse_instant(calendar["until"]) - 1, zone).date(),
            zone=zone.key,
        )
        self._opens, self._closes = ([parse_instant(window[edge]) for window in calendar["windows"]] for edge in (0, 1))

    def windows(self, start: Instant, end: Instant) -> Iterator[tuple[Instant, Instant]]:
        """Yield opening and close of each window between two instants, cut at both."""
        for index in range(bisect_right(self._closes, start), bisect_left(self._opens, end)):
            yield max(self._opens[index], start), min(self._closes[index], end)


def report(
    publication: Mapping[str, Any] | None,
    snapshots: Iterable[bytes],
    asked: Mapping[str, str],
    *,
    departments: frozenset[int] | None,
    tickets: int,
    now: Instant,
) -> dict[str, Any]:
    """Return the figures of the snapshots; `asked` are the parameters of the request, of which an empty one asks for nothing.

    Refuses (409) while the bridge has not said by which calendar reports count, and (400) a question that has no answer.
    """
    said = publication.get("report") if publication is not None else None
    if publication is None or said is None:
        raise Refusal("not_published", "no calendar of reports is published", "let the bridge run: sla-bridge sync")
    hours = PublishedHours(publication["calendars"][said["calendar"]])
    given = {name: text for name, text in asked.items() if text}
    try:
        period = asked_period(given.get("from"), given.get("until"), zone=hours.zone, now=now)
        by = Dimension(given.get("by", Dimension.LEVEL))
    except PeriodRefused as refused:
        raise Refusal("bad_request", refused.message, refused.hint) from None
    except ValueError:
        raise Refusal("bad_request", "by is no dimension", f"send one of {', '.join(Dimension)}") from None
    filters = Filters(**{one.name: given.get(one.name) for one in fields(Filters)})
    question = Question(period=period, filters=filters, departments=departments)
    figures = figures_of(_read(snapshots), question, hours, now, publication.get("registry"))
    return figures_json(replace(figures, working=_working_week(hours, period)), by=by, tickets=tickets)


def _working_week(hours: PublishedHours, period: Period) -> HeatMap:
    """Return the hours that are usually worked, of each weekday by those of the period's dates that are known, else by all that
    are."""
    known = replace(period, since=max(period.since, hours.known.since), until=min(period.until, hours.known.until))
    by_period, by_all = working_week(hours, known), working_week(hours, hours.known)
    asked, told = _weekdays(period), _weekdays(known)
    nothing = (0,) * 24
    return tuple((by_period if day in told else by_all)[day] if day in asked else nothing for day in range(7))


def _weekdays(period: Period) -> set[int]:
    days = min((period.until - period.since).days + 1, 7)
    return {(period.since + timedelta(days=day)).weekday() for day in range(days)}


def _read(snapshots: Iterable[bytes]) -> Iterator[ReportedTicket]:
    read = reported_adapter().validate_json
    for snapshot in snapshots:
        try:
            yield read(snapshot)
        except ValidationError:
            continue  # Its cycles or its detail were written by something else than the bridge.
