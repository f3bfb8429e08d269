"""Dedicated specialists: who is in charge on a day, by absences, and who is at work at an instant (CU-2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bridge.connectors.registry.absences import Absence, csv_absences, ics_absences
from bridge.connectors.registry.description import AbsenceModel, CuratorsModel, PersonModel
from bridge.connectors.registry.sources.table import SourceUnusable
from bridge.errors import Problem
from bridge.files.addresses import is_address
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.checks.catalogue import folded
from bridge.tickets import Instant

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curator:
    """A dedicated specialist. A `calendar` tells his working time in the place of zone, hours and days."""

    id: str
    person: PersonModel
    absences: tuple[Absence | AbsenceModel, ...]
    calendar: WorkCalendar | None

    @property
    def opens(self) -> int:
        """The minute of the day at which his hours begin, in his zone."""
        return _minute(self.person.hours.split("-")[0])

    def away(self, on: date) -> Absence | AbsenceModel | None:
        """Return the absence that covers the day, if any."""
        return next((one for one in self.absences if one.first <= on <= one.last), None)

    def at_work(self, instant: Instant) -> bool:
        """Return whether he is in his hours at the instant: not absent, on a working day of his, opening included.

        Raises CalendarError beyond the horizon of his calendar.
        """
        if self.calendar is not None:
            today = datetime.fromtimestamp(instant, self.calendar.zone).date()
            works = self.calendar.worked(instant + 1) > self.calendar.worked(instant)
            return works and self.away(today) is None
        local = datetime.fromtimestamp(instant, ZoneInfo(self.person.zone))
        closes = _minute(self.person.hours.split("-")[1])
        in_hours = self.opens <= local.hour * 60 + local.minute < closes
        return WEEKDAYS[local.weekday()] in self.person.days and in_hours and self.away(local.date()) is None


class InCharge(NamedTuple):
    """Who is in charge today: name, e-mail address (empty where nobody knows it), and when an absence changes that (None:
    never)."""

    name: str
    email: str
    until: Instant | None


@dataclass(slots=True)
class Curators:
    """All curators by id; a registry may name them by id, by name or by e-mail address."""

    people: Mapping[str, Curator] = field(default_factory=dict)
    _by_name: dict[str, str] = field(default_factory=dict)
    _answers: dict[tuple[str, date], InCharge] = field(default_factory=dict)

    def find(self, text: str) -> Curator | None:
        """Return the curator whom the text names, or None."""
        found = self._by_name.get(folded(text))
        return self.people.get(found) if found is not None else None

    def in_charge(self, text: str, on: date) -> Curator | None:
        """Return who is in charge on the day: the named curator, else the first present of his substitutes and theirs.

        None when nobody of them is there, or the text names nobody known.
        """
        first = self.find(text)
        queue = [first] if first is not None else []
        seen: set[str] = set()
        while queue:
            one = queue.pop(0)
            if one.id in seen:
                continue
            seen.add(one.id)
            if one.away(on) is None:
                return one
            queue += [self.people[name] for name in one.person.substitutes if name in self.people]
        return None

    def answer(self, text: str, now: Instant, zone: str) -> InCharge:
        """Return the person in charge today.

        A name that is no curator's is returned as it stands: a registry without absences is fine too, and one that names
        people by their addresses.
        """
        if self.find(text) is None:
            return InCharge(text, text if is_address(text) else "", None)
        today = datetime.fromtimestamp(now, ZoneInfo(zone)).date()
        known = self._answers.get((text, today))
        if known is None:
            known = self._answers[(text, today)] = self._answer(text, today, zone)
        return known

    def _answer(self, text: str, today: date, zone: str) -> InCharge:
        charged = self.in_charge(text, today)
        name = charged.person.name if charged else ""
        email = charged.person.email if charged and is_address(charged.person.email) else ""
        turns = {
            turn for one in self.people.values() for away in one.absences for turn in (away.first, _next(away.last))
        }
        for turn in sorted(turn for turn in turns if turn > today):
            if self.in_charge(text, turn) != charged:
                midnight = datetime.combine(turn, time.min, tzinfo=ZoneInfo(zone))
                return InCharge(name, email, int(midnight.timestamp()))
        return InCharge(name, email, None)


def _next(on: date) -> date:
    return on if on == date.max else on + timedelta(days=1)


def build_curators(
    model: CuratorsModel,
    files: Mapping[str, bytes],
    *,
    file: str,
    calendars: Mapping[str, WorkCalendar] | None = None,
    zone: str = "UTC",
) -> tuple[Curators, tuple[Problem, ...]]:
    """Return the curators with their absences, and what is wrong; `files` holds the absence files' content, whose days are
    those of `zone`.

    A curator whose calendar is not among `calendars` keeps the usual hours.
    """
    problems: list[Problem] = []
    names = _names(model)
    away: dict[str, list[Absence | AbsenceModel]] = {}
    stated: list[Absence | AbsenceModel] = [*model.absences, *_from_files(model, files, problems, ZoneInfo(zone))]
    for one in stated:
        found = names.get(folded(one.who)) or _named_in(one.who, names)
        if found is None:
            message = f"an absence names {one.who!r}, who is no curator"
            hint = "write the curator's id or name"
            problems.append(Problem(code="unknown_curator", message=message, file=file, hint=hint))
        else:
            away.setdefault(found, []).append(one)
    known = calendars or {}
    people: dict[str, Curator] = {}
    for name, person in model.people.items():
        calendar = None if person.calendar is None else known.get(person.calendar)
        people[name] = Curator(id=name, person=person, absences=tuple(away.get(name, ())), calendar=calendar)
        if person.calendar is not None and calendar is None:
            message = (
                f"the curator {name!r} has the calendar {person.calendar!r}, which the configuration does not have"
            )
            hint = f"there are: {', '.join(sorted(known)) or 'none'}"
            problems.append(Problem(code="unknown_calendar", message=message, file=file, hint=hint))
    return Curators(people, names), tuple(problems)


def _from_files(
    model: CuratorsModel, files: Mapping[str, bytes], problems: list[Problem], zone: ZoneInfo
) -> Iterator[Absence]:
    for described in model.absence_files:
        content = files.get(described.file)
        if content is None:
            continue
        read = csv_absences if described.kind == "csv" else partial(ics_absences, zone=zone)
        try:
            yield from read(content, described.columns, described.file, problems)
        except SourceUnusable as error:
            problem = Problem(code="absences_unusable", message=error.message, file=described.file, hint=error.hint)
            problems.append(problem)


def _names(model: CuratorsModel) -> dict[str, str]:
    names: dict[str, str] = {}
    for name, person in model.people.items():
        for text in (name, person.name, *person.names, person.email):
            if text:
                names.setdefault(folded(text), name)
    return names


def _named_in(text: str, names: Mapping[str, str]) -> str | None:
    """Return the one curator whose name or address stands in an entry's text; None for nobody and for several."""
    padded = folded(text)
    found = {owner for name, owner in names.items() if len(name) > 3 and name in padded}
    return found.pop() if len(found) == 1 else None


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
