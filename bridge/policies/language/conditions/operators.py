"""From a test in the file to its leaves: one leaf per operator."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel

from bridge.files.positions import Path
from bridge.policies.agreement.facts import Facts
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.language.conditions import model, predicates
from bridge.policies.language.conditions.leaf import Getter, Leaf, Test
from bridge.policies.language.conditions.names import Scope
from bridge.tickets import Reference

Builder = Callable[[Any, Path, Scope], Iterable[Leaf]]
"""Turns a test that stands at a path into leaves."""

YES_NO = frozenset({"true", "false"})
_CLOSED = {"is", "not"}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def given(test: BaseModel) -> Iterator[tuple[str, Any]]:
    """Yield the operators of a test that are given, by the names of the file."""
    for name, info in type(test).model_fields.items():
        value = getattr(test, name)
        if value is not None:
            yield info.alias or name, value


def text(shown: str, get: Getter) -> Builder:
    """Return the builder for a text."""

    def build(test: model.TextTest, path: Path, scope: Scope) -> Iterator[Leaf]:
        for operator, wanted in given(test):
            at = scope.at((*path, operator))
            if operator == "set":
                yield _is_set(shown, get, at, wanted=wanted)
            else:
                yield _words(shown, get, operator, wanted, at)

    return build


def _words(shown: str, get: Getter, operator: str, wanted: tuple[str | bool, ...], at: str) -> Leaf:
    words = tuple(str(predicates.as_text(word)) for word in wanted)
    return Leaf(
        path=shown,
        operator=operator,
        wanted=wanted,
        at=at,
        test=_over(get, predicates.text_predicate(operator, words)),
        found=get,
        values=frozenset(word.casefold() for word in words) if operator in _CLOSED else None,
        opposite=operator == "not",
    )


def _over(get: Getter, predicate: predicates.Predicate) -> Test:
    return lambda facts: predicate(get(facts))


def _is_set(shown: str, get: Getter, at: str, *, wanted: bool) -> Leaf:
    return Leaf(
        path=shown,
        operator="set",
        wanted=wanted,
        at=at,
        test=lambda facts: (get(facts) not in (None, "")) is wanted,
        found=get,
        values=frozenset({"true" if wanted else "false"}),
        domain=YES_NO,
    )


def reference(shown: str, get: Callable[[Facts], Reference | None]) -> Builder:
    """Return the builder for a status, department, topic, priority or assignee: names as text, numbers as ids."""

    def name(facts: Facts) -> object:
        found = get(facts)
        return None if found is None else found.name

    by_name = text(shown, name)

    def build(test: model.TextTest, path: Path, scope: Scope) -> Iterator[Leaf]:
        for operator, wanted in given(test):
            if operator not in _CLOSED:
                only = model.TextTest.model_construct(None, **{operator: wanted})
                yield from by_name(only, path, scope)
                continue
            predicate = predicates.reference_predicate(operator, wanted)
            yield Leaf(
                path=shown,
                operator=operator,
                wanted=wanted,
                at=scope.at((*path, operator)),
                test=_of_reference(get, predicate),
                found=name,
                values=frozenset(word.casefold() for word in wanted),
                single=not any(word.isdecimal() for word in wanted),
                opposite=operator == "not",
            )

    return build


def _of_reference(get: Callable[[Facts], Reference | None], predicate: Callable[[Reference | None], bool]) -> Test:
    return lambda facts: predicate(get(facts))


def choice(shown: str, get: Getter, domain: Iterable[str] | None = None) -> Builder:
    """Return the builder for a value of a closed list; `domain` when the fact always has one of these values."""
    whole = None if domain is None else frozenset(map(str, domain))

    def build(test: BaseModel, path: Path, scope: Scope) -> Iterator[Leaf]:
        for operator, wanted in given(test):
            members = frozenset(str(value) for value in wanted)
            yield Leaf(
                path=shown,
                operator=operator,
                wanted=tuple(str(value) for value in wanted),
                at=scope.at((*path, operator)),
                test=_member(get, members, operator),
                found=get,
                values=members,
                opposite=operator == "not",
                domain=whole,
            )

    return build


def _member(get: Getter, members: frozenset[str], operator: str) -> Test:
    if operator == "is":
        return lambda facts: get(facts) in members
    return lambda facts: get(facts) not in members


def flag(shown: str, get: Callable[[Facts], bool]) -> Builder:
    """Return the builder for yes or no."""

    def build(wanted: bool, path: Path, scope: Scope) -> Iterator[Leaf]:  # noqa: FBT001 - the value from the file
        yield Leaf(
            path=shown,
            operator="is",
            wanted=wanted,
            at=scope.at(path),
            test=get if wanted else lambda facts: not get(facts),
            found=get,
            values=frozenset({"true" if wanted else "false"}),
            domain=YES_NO,
        )

    return build


def number(shown: str, get: Getter) -> Builder:
    """Return the builder for a number."""

    def build(test: model.NumberTest, path: Path, scope: Scope) -> Iterator[Leaf]:
        for operator, wanted in given(test):
            numbers = wanted if operator in _CLOSED else (wanted,)
            yield Leaf(
                path=shown,
                operator=operator,
                wanted=wanted,
                at=scope.at((*path, operator)),
                test=_over(get, predicates.number_predicate(operator, numbers)),
                found=get,
                values=frozenset(str(one) for one in numbers) if operator in _CLOSED else None,
                opposite=operator == "not",
            )

    return build


def value(shown: str, get: Getter) -> Builder:
    """Return the builder for a custom field: text, yes or no, number, version or date."""

    def build(test: model.FieldTest, path: Path, scope: Scope) -> Iterator[Leaf]:
        for operator, wanted in given(test):
            here = (*path, operator)
            at = scope.at(here)
            if operator == "version":
                yield from _versions(shown, get, wanted, here, scope)
                continue
            if operator == "set":
                yield _is_set(shown, get, at, wanted=wanted)
                continue
            if operator in {"before", "after"}:
                predicate = predicates.day_predicate(operator, wanted)
            elif operator in {"above", "at_least", "below", "at_most"}:
                predicate = predicates.number_predicate(operator, (wanted,))
            else:
                yield _words(shown, get, operator, wanted, at)
                continue
            yield Leaf(path=shown, operator=operator, wanted=wanted, at=at, test=_over(get, predicate), found=get)

    return build


def _versions(shown: str, get: Getter, test: model.VersionTest, path: Path, scope: Scope) -> Iterator[Leaf]:
    for operator, wanted in given(test):
        predicate = predicates.version_predicate(operator, wanted if operator == "is" else (wanted,))
        yield Leaf(
            path=shown,
            operator=f"version {operator}",
            wanted=wanted,
            at=scope.at((*path, operator)),
            test=_over(get, predicate),
            found=get,
        )


def each(
    shown: str, get_all: Callable[[Facts], tuple[object, ...]], predicate_of: Callable[[str, Any], predicates.Predicate]
) -> Builder:
    """Return the builder for a fact of several values: one of them must pass, and for `not` none may be meant."""

    def build(test: BaseModel, path: Path, scope: Scope) -> Iterator[Leaf]:
        for operator, wanted in given(test):
            if operator == "set":
                run = _some(get_all, lambda _: True, wanted=wanted)
            else:
                opposite = operator == "not"
                predicate = predicate_of("is" if opposite else operator, wanted)
                run = _some(get_all, predicate, wanted=not opposite)
            at = scope.at((*path, operator))
            yield Leaf(path=shown, operator=operator, wanted=wanted, at=at, test=run, found=get_all, single=False)

    return build


def _some(get_all: Callable[[Facts], tuple[object, ...]], predicate: predicates.Predicate, *, wanted: bool) -> Test:
    return lambda facts: any(predicate(one) for one in get_all(facts)) is wanted


def each_number(operator: str, wanted: Any) -> predicates.Predicate:
    """Return the test of one of several numbers."""
    return predicates.number_predicate(operator, wanted if isinstance(wanted, tuple) else (wanted,))


def moment(shown: str, get: Callable[[Facts], int]) -> Builder:
    """Return the builder for an instant, read as a day of a calendar's zone."""

    def build(test: model.MomentTest, path: Path, scope: Scope) -> Iterator[Leaf]:
        own = scope.calendar(test.calendar, (*path, "calendar"))
        zoned = own or scope.calendars.get(scope.zone_calendar or "")
        for operator, wanted in given(test):
            here = (*path, operator)
            if operator == "calendar":
                continue
            if operator in {"inside", "outside"}:
                calendar = scope.calendar(wanted, here)
                if calendar is None:
                    continue
                run = _working(get, calendar, inside=operator == "inside")
            elif operator == "weekday":
                run = _weekday(get, zoned, frozenset(_WEEKDAYS.index(day) for day in wanted))
            else:
                run = _from_until(get, zoned, operator, wanted)
            yield Leaf(path=shown, operator=operator, wanted=wanted, at=scope.at(here), test=run, found=get)

    return build


def _working(get: Callable[[Facts], int], calendar: WorkCalendar, *, inside: bool) -> Test:
    def open_then(facts: Facts) -> bool:
        at = get(facts)
        return (calendar.worked(at + 1) > calendar.worked(at)) is inside

    return open_then


def _local(get: Callable[[Facts], int], calendar: WorkCalendar | None) -> Callable[[Facts], date]:
    zone = UTC if calendar is None else calendar.zone
    return lambda facts: datetime.fromtimestamp(get(facts), zone).date()


def _weekday(get: Callable[[Facts], int], calendar: WorkCalendar | None, days: frozenset[int]) -> Test:
    day = _local(get, calendar)
    return lambda facts: day(facts).weekday() in days


def _from_until(get: Callable[[Facts], int], calendar: WorkCalendar | None, operator: str, bound: date) -> Test:
    day = _local(get, calendar)
    if operator == "from":
        return lambda facts: day(facts) >= bound
    return lambda facts: day(facts) <= bound
