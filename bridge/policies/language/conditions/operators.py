"""The operators of conditions, each a record that says how it is written, what it takes, and what holds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from operator import ge, gt, le, lt
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BeforeValidator

from bridge.files.positions import Path, describe
from bridge.files.types import Day, Flag, Shorthand, Title
from bridge.policies.language.conditions.comparable import as_day, as_number, as_text, as_version, fold, too_short
from bridge.policies.language.conditions.names import KnownNames
from bridge.policies.language.conditions.patterns import PatternRefused, pattern
from bridge.policies.language.conditions.tree import Leaf, Test
from bridge.policies.language.conditions.vocabulary import Fact, FactType, Operator, many, short, test_model

T = TypeVar("T")
Predicate = Callable[[Any], bool]

Many = Annotated[tuple[T, ...], BeforeValidator(many), Shorthand(("item",), filled=True)]
"""One value or a list of values."""

ManyOrNone = Annotated[
    tuple[T, ...], BeforeValidator(lambda value: value if value in ([], ()) else many(value)), Shorthand(("item",))
]
"""The same where an empty list says that there are none."""


YES_NO = frozenset({"true", "false"})


# Texts. Upper and lower case are the same.


def _words(wanted: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(fold(as_text(word) or "") for word in wanted)


def _one_of_words(wanted: tuple[object, ...]) -> Predicate:
    words = frozenset(_words(wanted))
    return lambda value: (text := as_text(value)) is not None and fold(text) in words


def _by_words(compare: Callable[[str, tuple[str, ...]], bool]) -> Callable[[tuple[object, ...]], Predicate]:
    def predicate(wanted: tuple[object, ...]) -> Predicate:
        words = _words(wanted)
        return lambda value: (text := as_text(value)) is not None and compare(fold(text), words)

    return predicate


def _checked_pattern(value: str) -> str:
    try:
        pattern(value)
    except PatternRefused as refusal:
        raise ValueError(f"the pattern {describe(value)} is refused: {refusal}") from None
    return value


_Pattern = Annotated[str, AfterValidator(_checked_pattern)]


def _matches(wanted: tuple[str, ...]) -> Predicate:
    patterns = tuple(map(pattern, wanted))
    return lambda value: (text := as_text(value)) is not None and any(occurs(text) for occurs in patterns)


def _scalar(value: object) -> object:
    if not isinstance(value, str | bool):
        raise ValueError(f"a text, true or false is expected, found {describe(value)}")  # noqa: TRY004 - pydantic takes ValueError
    return value


Scalar = Annotated[str | bool, BeforeValidator(_scalar)]

IS = Operator(
    "is",
    Many[str],
    "Equals one of these.",
    Title(ru="=", en="="),
    _one_of_words,
    closed=lambda wanted: frozenset(_words(wanted)),
)


def _none_of(operator: Operator, description: str = "Equals none of these.") -> Operator:
    return replace(operator, name="not", description=description, title=Title(ru="не", en="not"), opposite=True)


NOT = _none_of(IS)
CONTAINS = Operator(
    "contains",
    Many[str],
    "One of these occurs in it.",
    Title(ru="содержит", en="containing"),
    _by_words(lambda text, words: any(word in text for word in words)),
)
STARTS = Operator(
    "starts",
    Many[str],
    "Starts with one of these.",
    Title(ru="начинается с", en="starting with"),
    _by_words(str.startswith),
)
ENDS = Operator(
    "ends", Many[str], "Ends with one of these.", Title(ru="кончается на", en="ending with"), _by_words(str.endswith)
)
MATCHES = Operator(
    "matches",
    Many[_Pattern],
    "One of these regular expressions (RE2) occurs in it; needs the extra re2.",
    Title(ru="подходит под", en="matching"),
    _matches,
)


@dataclass(frozen=True)
class _IsSet(Operator):
    """Whether there is a value at all, which is a fact of its own."""

    def test(self, fact: Fact, wanted: Any) -> Test:
        get = fact.get
        if fact.several:
            return lambda facts: bool(get(facts)) is wanted
        return Operator.test(self, fact, wanted)

    def undecided(self, fact: Fact, _wanted: Any) -> Test | None:
        get, silent = fact.get, fact.silent
        if silent is None or not fact.several:
            return silent
        return lambda facts: silent(facts) and not get(facts)

    def domain(self, fact: Fact) -> frozenset[str] | None:
        return None if fact.several else YES_NO


IS_SET = _IsSet(
    "set",
    Flag,
    "Whether there is a value at all.",
    Title(ru="заполнено:", en="set:"),
    lambda wanted: lambda value: (as_text(value) is not None) is wanted,
    closed=lambda wanted: frozenset({"true" if wanted else "false"}),
)

IS_FLAG = replace(IS, takes=Flag, predicate=lambda wanted: lambda value: bool(value) is wanted, closed=IS_SET.closed)

# Statuses, departments, topics, priorities and people: a number means the id, anything else the name.


def _one_of_references(wanted: tuple[str, ...]) -> Predicate:
    ids = frozenset(int(word) for word in wanted if word.isdecimal())
    names = frozenset(word.casefold() for word in wanted if not word.isdecimal())
    return lambda value: value is not None and (value.id in ids or value.name.casefold() in names)


IS_REFERENCE = replace(
    IS,
    predicate=_one_of_references,
    closed=lambda wanted: frozenset(word.casefold() for word in wanted),
    # An id and a name may mean the same one.
    excludes=lambda wanted: not any(word.isdecimal() for word in wanted),
)
NOT_REFERENCE = _none_of(IS_REFERENCE)

# Values of a closed list.

IS_CHOICE = replace(
    IS,
    description="Is one of these.",
    predicate=lambda wanted: frozenset(map(str, wanted)).__contains__,
    closed=lambda wanted: frozenset(map(str, wanted)),
)
NOT_CHOICE = _none_of(IS_CHOICE, "Is none of these.")

# Numbers.


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(f"a number is expected, found {describe(value)}")  # noqa: TRY004 - pydantic takes ValueError
    return value


Number = Annotated[float, BeforeValidator(_number)]


def _one_of_numbers(wanted: tuple[float, ...]) -> Predicate:
    numbers = frozenset(wanted)
    return lambda value: as_number(value) in numbers


def _as_it_is(value: Any) -> Any:
    return value


def _ordered(
    read: Callable[[Any], Any], compare: Callable[[Any, Any], bool], bound: Callable[[Any], Any] = _as_it_is
) -> Callable[[Any], Predicate]:
    """Return the predicate of an order: the value as `read`, on the wanted side of the bound."""

    def predicate(wanted: Any) -> Predicate:
        limit = bound(wanted)
        return lambda value: (found := read(value)) is not None and compare(found, limit)

    return predicate


def _unread(read: Callable[[Any], Any]) -> Callable[[Any], Predicate]:
    """Return the test, whatever is wanted, of a value that cannot be read."""
    return lambda _wanted: lambda value: read(value) is None


IS_NUMBER = replace(
    IS,
    takes=Many[Number],
    predicate=_one_of_numbers,
    closed=lambda wanted: frozenset(map(str, wanted)),
    unread=_unread(as_number),
)
NOT_NUMBER = _none_of(IS_NUMBER)
_order = partial(Operator, unread=_unread(as_number))
ABOVE = _order("above", Number, "A number greater than this.", Title(ru="больше", en="above"), _ordered(as_number, gt))
AT_LEAST = _order(
    "at_least", Number, "A number of this or greater.", Title(ru="не меньше", en="at least"), _ordered(as_number, ge)
)
BELOW = _order("below", Number, "A number less than this.", Title(ru="меньше", en="below"), _ordered(as_number, lt))
AT_MOST = _order(
    "at_most", Number, "A number of this or less.", Title(ru="не больше", en="at most"), _ordered(as_number, le)
)

# Dates that a custom field holds.

_by_day = partial(Operator, unread=_unread(as_day))
BEFORE = _by_day("before", Day, "A date before this day (UTC).", Title(ru="раньше", en="before"), _ordered(as_day, lt))
AFTER = _by_day("after", Day, "A date after this day (UTC).", Title(ru="позже", en="after"), _ordered(as_day, gt))

# Versions of numbers and dots. An unreadable one passes nothing, and there is no `not`.


def _version(value: object) -> object:
    if isinstance(value, str) and as_version(value) is None:
        raise ValueError(f"{describe(value)} is no version of numbers and dots | write it as 6.10")
    return value


_VersionText = Annotated[str, BeforeValidator(_version)]


def _one_of_versions(wanted: tuple[str, ...]) -> Predicate:
    versions = tuple(map(as_version, wanted))
    return lambda value: (version := as_version(value)) is not None and version in versions


def _no_evidence(wanted: str) -> Predicate:
    """Return the test of a version that cannot be read, or was cut short where the rest would decide."""
    return lambda value: too_short(value, wanted)


_of_version = partial(Operator, prefix="version ", unread=_unread(as_version))
_VERSION_OPERATORS = (
    _of_version(
        "is", Many[_VersionText], "Is one of these versions.", Title(ru="версия", en="version"), _one_of_versions
    ),
    *(
        _of_version(
            order.name,
            _VersionText,
            description,
            Title(ru=f"версия {ru}", en=f"version {order.title.en}"),
            _ordered(as_version, compare, as_version),
            unread=_no_evidence,
        )
        for order, compare, description, ru in (
            (ABOVE, gt, "Newer than this.", "выше"),
            (AT_LEAST, ge, "This or newer.", "не ниже"),
            (BELOW, lt, "Older than this.", "ниже"),
            (AT_MOST, le, "This or older.", "не выше"),
        )
    ),
)


@dataclass(frozen=True)
class _Version(Operator):
    """Opens the operators of versions."""

    versions: FactType = field(kw_only=True)

    def compiled_as(self) -> tuple[Operator, ...]:
        return self.versions.operators

    def leaves(self, fact: Fact, wanted: Any, path: Path, names: KnownNames) -> Iterator[Leaf]:
        yield from self.versions.leaves(fact, wanted, path, names)


_VERSION_TEST = test_model(
    "VersionTest",
    "A test of a version made of numbers and dots. An unreadable version passes none of them.",
    _VERSION_OPERATORS,
)
VERSION = _Version(
    "version",
    short(_VERSION_TEST),
    "A version.",
    Title(ru="версия", en="version"),
    _one_of_versions,
    versions=FactType(annotation=_VERSION_TEST, operators=_VERSION_OPERATORS),
)

# Instants: as a day of a calendar's zone, or in its working time.

_Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _one_of_weekdays(wanted: tuple[str, ...]) -> Predicate:
    days = frozenset(map(get_args(_Weekday).index, wanted))
    return lambda day: day.weekday() in days


FROM = Operator("from", Day, "On this day or later.", Title(ru="не раньше", en="from"), _ordered(_as_it_is, ge))
UNTIL = Operator("until", Day, "On this day or earlier.", Title(ru="не позже", en="until"), _ordered(_as_it_is, le))
WEEKDAY = Operator(
    "weekday",
    Many[_Weekday],
    "On one of these days of the week.",
    Title(ru="день недели", en="weekday"),
    _one_of_weekdays,
)


def _of_unknown_calendar(_name: str) -> Predicate:
    return lambda _instant: False


@dataclass(frozen=True)
class _InWorkingTime(Operator):
    def leaves(self, fact: Fact, wanted: str, path: Path, names: KnownNames) -> Iterator[Leaf]:
        calendar = names.calendar(wanted, path)
        if calendar is not None:
            worked = calendar.worked
            known = replace(self, predicate=lambda _: lambda instant: worked(instant + 1) > worked(instant))
            yield from Operator.leaves(known, fact, wanted, path, names)


INSIDE = _InWorkingTime(
    "inside",
    str,
    "In the working time of this calendar.",
    Title(ru="в рабочее время", en="inside"),
    _of_unknown_calendar,
)
OUTSIDE = replace(
    INSIDE,
    name="outside",
    description="Outside the working time of this calendar.",
    title=Title(ru="вне рабочего времени", en="outside"),
    opposite=True,
)
