"""A calendar as its author writes it: the shape of the YAML, checked field by field.

Every value arrives as text (the strict reader keeps `17:00` and `0` as they stand), so the types here read text and
say, in the author's words, what may be written.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bridge.files.misspelt import either, weekdays
from bridge.files.types import DATE, MONTH_AND_DAY, AnyFlag, Listed, Shorthand, TitleText, ZoneName, alone
from bridge.files.validate import Strict
from bridge.policies.calendar.amounts import AMOUNT, Amount, AmountKind
from bridge.policies.calendar.windows import DAY_SECONDS, WINDOW, DateSpan, Window, overlapping

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "(" + "|".join("".join(f"[{letter.upper()}{letter}]" for letter in day) for day in WEEKDAYS) + ")"
"""The pattern of a weekday in small letters or capitals, for editors."""


def _window(value: object) -> Window:
    return value if isinstance(value, Window) else Window.parse(value)


def _date_span(value: object) -> DateSpan:
    return value if isinstance(value, DateSpan) else DateSpan.parse(value)


def _shortening(value: object) -> int:
    """Return the seconds of `1h`, `30m` or `0`; ValueError for anything that is not working time."""
    if value == "0" or (isinstance(value, int) and not isinstance(value, bool) and not value):
        return 0
    amount = Amount.parse(value)  # type: ignore[arg-type]
    if amount.kind is not AmountKind.WORKING_TIME or amount.value >= DAY_SECONDS:
        raise ValueError(f"{value!r}: a day is shortened by working time below 24h | write 1h, 30m or 0")
    return amount.value


_WINDOW_SCHEMA = {"type": "string", "pattern": f"^\\s*{WINDOW}\\s*$", "examples": ["09:00-18:00"]}
_DATE_SPAN_SCHEMA = {
    "type": "string",
    "pattern": "|".join(f"^\\s*{one}\\s*(\\.\\.\\s*{one}\\s*)?$" for one in (DATE, MONTH_AND_DAY)),
    "examples": ["2026-05-02", "2026-05-02..2026-05-04", "05-02", "12-28..01-08"],
}

WindowText = Annotated[Window, BeforeValidator(_window), PlainSerializer(str), WithJsonSchema(_WINDOW_SCHEMA)]
DateSpanText = Annotated[DateSpan, BeforeValidator(_date_span), PlainSerializer(str), WithJsonSchema(_DATE_SPAN_SCHEMA)]
Shortening = Annotated[
    int,
    BeforeValidator(_shortening),
    PlainSerializer(lambda seconds: str(Amount(AmountKind.WORKING_TIME, seconds))),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "pattern": f"^\\s*({AMOUNT}|0)\\s*$",
            "maximum": 0,
            "examples": ["1h", "30m", "0"],
        }
    ),
]
Windows = Listed[WindowText]
DateSpans = Annotated[Listed[DateSpanText], Field(min_length=1)]


def _ordered(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    if pair := overlapping(windows):
        raise ValueError(f"the windows {pair[0]} and {pair[1]} overlap | each hour may be written once")
    return tuple(sorted(windows))


def _by_key(*keys: str) -> Callable[[Any], str | None]:
    """Return what tells a mapping's or a model's variant by its telling key, so that errors speak of that one alone."""

    def variant(value: Any) -> str | None:
        if isinstance(value, BaseModel):
            value = {field.alias or name: field for name, field in type(value).model_fields.items()}
        return next((key for key in keys if key in value), None) if isinstance(value, Mapping) else None

    return variant


_SOURCES = ("ru-production", "country", "dates", "ics", "csv")
_RULES = ("off", "work", "short")
"""The keys that tell sources of holidays, and dated rules, apart."""


class RuProductionSource(Strict):
    """The Russian production calendar with transfers, working weekends and short days."""

    ru_production: Literal[True] = Field(alias="ru-production", description="true")


class CountrySource(Strict):
    """Public holidays of a country or region, by the codes of the `holidays` package."""

    country: str = Field(description="country code, such as DE", examples=["DE", "US"])
    region: str | None = Field(default=None, description="region code, such as BY", examples=["BY", "NY"])


class DatesSource(Strict):
    """Holidays listed here."""

    dates: DateSpans = Field(description="dates or spans; without a year they recur yearly, also across New Year")
    title: TitleText | None = Field(default=None, description="what these days are called")


class IcsSource(Strict):
    """Whole-day events of an iCalendar file."""

    ics: str = Field(min_length=1, description="file, relative to the calendar")
    only: Listed[str] = Field(
        default=(), description="count only events whose category or description contains one of these words"
    )


class CsvFileSource(Strict):
    """Days of a CSV file with the columns date, kind, title, windows."""

    csv: str = Field(min_length=1, description="file, relative to the calendar")


WrittenSource = Annotated[
    Annotated[RuProductionSource, Tag("ru-production")]
    | Annotated[CountrySource, Tag("country")]
    | Annotated[DatesSource, Tag("dates")]
    | Annotated[IcsSource, Tag("ics")]
    | Annotated[CsvFileSource, Tag("csv")],
    Discriminator(
        _by_key(*_SOURCES),
        custom_error_type="holiday_source",
        custom_error_message=(
            "a source of holidays is one of `ru-production: true`, `country: DE`, `dates: [...]`, "
            "`ics: file`, `csv: file`"
        ),
    ),
]


class OffRule(Strict):
    """Days that are not worked."""

    off: DateSpans = Field(description="the days")
    title: TitleText | None = Field(default=None, description="what these days are called")


class WorkRule(Strict):
    """Days that are worked by windows of their own, whatever weekday or holiday they are."""

    work: DateSpans = Field(description="the days")
    windows: Annotated[Windows, Field(min_length=1), AfterValidator(_ordered)] = Field(description="their windows")
    title: TitleText | None = Field(default=None, description="what these days are called")


class ShortRule(Strict):
    """Working days that close earlier by `by`."""

    short: DateSpans = Field(description="the days")
    by: Shortening = Field(description="how much earlier they close")
    title: TitleText | None = Field(default=None, description="what these days are called")


WrittenRule = Annotated[
    Annotated[OffRule, Tag("off")] | Annotated[WorkRule, Tag("work")] | Annotated[ShortRule, Tag("short")],
    Discriminator(
        _by_key(*_RULES),
        custom_error_type="dated_rule",
        custom_error_message="a rule is one of `off: date`, `work: date` with `windows`, `short: date` with `by`",
    ),
]


def _by_weekday(week: dict[str, tuple[Window, ...]]) -> dict[str, tuple[Window, ...]]:
    """Return the windows of every day of the week; ValueError for a day that is given twice, and for windows that overlap."""
    taken: dict[str, str] = {}
    plain: dict[str, tuple[Window, ...]] = {}
    for key, windows in week.items():
        for day in _days(key):
            if day in taken:
                raise ValueError(f"{day} is given twice, in {taken[day]!r} and in {key!r}")
            taken[day] = key
            plain[day] = _ordered(windows)
    for today, tomorrow in zip(WEEKDAYS, (*WEEKDAYS[1:], "mon"), strict=True):
        _refuse_night_overlap(plain, today, tomorrow)
    return {day: plain.get(day, ()) for day in WEEKDAYS}


def _days(key: str) -> tuple[str, ...]:
    first, dash, last = key.strip().lower().partition("-")
    try:
        start, end = WEEKDAYS.index(first.strip()), WEEKDAYS.index(last.strip() if dash else first.strip())
    except ValueError:
        raise ValueError(f"{key!r} is no day | {_day_hint(key)}") from None
    return WEEKDAYS[start : end + 1] if start <= end else WEEKDAYS[start:] + WEEKDAYS[: end + 1]


def _day_hint(key: str) -> str:
    parts = [weekdays(part) for part in key.split(",")]
    if None not in parts:
        return either([" and ".join(f"'{part}: …'" for part in parts)])
    return f"write {', '.join(WEEKDAYS)} or a range such as mon-fri"


def _refuse_night_overlap(week: Mapping[str, tuple[Window, ...]], today: str, tomorrow: str) -> None:
    """Refuse a window over midnight that runs into the next day's first one."""
    if not week.get(today) or not week.get(tomorrow):
        return
    night, morning = week[today][-1], week[tomorrow][0]
    if night.closes - DAY_SECONDS > morning.opens:
        raise ValueError(f"{night} of {today} runs over midnight into {morning} of {tomorrow}; they overlap")


def _one_date(text: str) -> str:
    if ".." in text:
        raise ValueError(f"{text!r} must be one day | write 07-15 or 2026-07-15")
    DateSpan.parse(text)
    return text.strip()


_WEEK_SCHEMA: dict[str, Any] = {"propertyNames": {"pattern": f"^\\s*{_DAY}\\s*(-\\s*{_DAY}\\s*)?$"}}
Week = Annotated[dict[str, Windows], AfterValidator(_by_weekday)]
"""The windows of each day of the week, from `mon` to `sun`."""


_SEASON_DAY_SCHEMA = {"type": "string", "pattern": f"^\\s*({DATE}|{MONTH_AND_DAY})\\s*$"}
SeasonDay = Annotated[str, AfterValidator(_one_date), WithJsonSchema(_SEASON_DAY_SCHEMA)]


class SeasonModel(Strict):
    """A time of the year with a week of its own. Days off and dated rules outrank it."""

    id: str = Field(min_length=1, description="what receipts call it", examples=["harvest"])
    from_: SeasonDay = Field(
        alias="from", description="first day; without a year it recurs every year", examples=["07-15", "2026-07-15"]
    )
    until: SeasonDay = Field(description="last day, which belongs to it", examples=["09-30", "2026-09-30"])
    week: Week = Field(
        description="windows by day or by range, as in the calendar's `week`; days that are not named are closed",
        examples=[{"mon-sat": ["06:00-20:00"]}],
        json_schema_extra=_WEEK_SCHEMA,
    )
    title: TitleText | None = Field(default=None, description="what people read")

    @property
    def span(self) -> DateSpan:
        """The days of the season."""
        return DateSpan.parse(f"{self.from_}..{self.until}")

    @model_validator(mode="after")
    def _both_ends_alike(self) -> "SeasonModel":
        try:
            DateSpan.parse(f"{self.from_}..{self.until}")
        except ValueError as error:
            raise ValueError(f"the season {self.id!r}: {error}") from None
        return self


class CalendarModel(Strict):
    """A working calendar: one zone, a weekly pattern, seasons, sources of public holidays, and dated rules."""

    id: str = Field(min_length=1, description="the name that policies use")
    title: TitleText | None = Field(default=None, description="what people read")
    zone: ZoneName = Field(description="IANA time zone", examples=["Europe/Moscow"])
    week: Week = Field(
        description="windows by day (mon, tue, wed, thu, fri, sat, sun) or by range such as mon-fri; others are closed",
        examples=[{"mon-fri": ["09:00-13:00", "14:00-18:00"]}],
        json_schema_extra=_WEEK_SCHEMA,
    )
    seasons: Annotated[tuple[SeasonModel, ...], alone("id", "from"), Shorthand(("item",))] = Field(
        default=(), description="times of the year with another week; holidays and dated rules outrank them"
    )
    holidays: Annotated[tuple[WrittenSource, ...], alone(*_SOURCES), Shorthand(("item",))] = Field(
        default=(), description="sources of public holidays"
    )
    rules: Annotated[tuple[WrittenRule, ...], alone(*_RULES), Shorthand(("item",))] = Field(
        default=(), description="dated rules; they outrank the holidays, and a date with a year outranks a yearly one"
    )
    short_by: Shortening = Field(
        default=3600,
        description="how much earlier a short day closes; 0 keeps the full day",
        json_schema_extra={"default": "1h"},
    )
    presidential_days: AnyFlag = Field(
        default=False, description="the President's non-working days of 2020-2021 are off"
    )
    valid_through: str | None = Field(
        default=None,
        description="last day for which the holidays are known to be complete; by default what the sources say",
        examples=["2027-12-31"],
        json_schema_extra={"pattern": f"^\\s*{DATE}\\s*$"},
    )

    @property
    def named_files(self) -> frozenset[str]:
        """The files that the holidays are read from, as the author names them."""
        named = (getattr(source, "ics", None) or getattr(source, "csv", None) for source in self.holidays)
        return frozenset(name for name in named if name)

    @field_validator("valid_through")
    @classmethod
    def _one_day(cls, value: str | None) -> str | None:
        if value is not None and (DateSpan.parse(value).yearly or ".." in value):
            raise ValueError(f"{value!r} must be one day with its year | write it as 2027-12-31")
        return value
