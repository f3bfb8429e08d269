"""What figures are called in the language of a report: titles of the agreement, people, months, amounts, instants, shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.files.types import Title
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.prepared_check import PreparedCheck
from bridge.policies.figures.model import NOBODY, Missed, Period
from bridge.policies.outcome.panel_words import (
    NO_BREAK,
    amount_in_words,
    moment_in_words,
    working_days_in_words,
    zone_in_words,
)
from bridge.policies.outcome.readable import written_day
from bridge.policies.outcome.reason import amount_text
from bridge.policies.telling.titles import level_titles
from bridge.reports import report_words as words
from bridge.reports.markup import percent
from bridge.tickets import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells in `language` ("ru" or "en") by the titles of `policy` and the clocks of `zone`. `address_of` gives the page of a
    ticket in the helpdesk, None where it has none; `products` are the catalogue's. What it returns is plain text, and not yet
    safe for HTML."""

    policy: Policy
    language: str
    zone: ZoneInfo
    as_of: Instant
    address_of: Callable[[int], str | None] = lambda _: None
    products: Mapping[str, Title] = field(default_factory=dict)
    _levels: Mapping[str, Title] = field(init=False, compare=False)
    _metrics: Mapping[str, Title] = field(init=False, compare=False)
    _checks: Mapping[str, Title] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        revisions = self.policy.revisions
        clocks = (clock for revision in revisions for clock in revision.clocks)
        checks = {one.id: one for revision in revisions for one in revision.checks}
        object.__setattr__(self, "_levels", level_titles([self.policy]))
        object.__setattr__(self, "_metrics", {one.metric: one.title for one in clocks})
        object.__setattr__(self, "_checks", {key: PreparedCheck(one).title for key, one in checks.items()})

    def word(self, title: Title, **values: object) -> str:
        """Return a text of ours with values written in."""
        return title.text(self.language).format(**values) if values else title.text(self.language)

    def level(self, key: str) -> str:
        """Return a level by its title."""
        return self._titled(self._levels, key, words.NAMELESS["level"])

    def promised(self, level: str) -> str:
        """Return the targets of a level in its latest edition that hold for all its tickets; empty where there are none."""
        editions = [one.levels[level] for one in self.policy.revisions if level in one.levels]
        rows = editions[-1].targets if editions else ()
        return "; ".join(
            f"{self.metric(row.metric)}: {amount_text(str(row.target.amount), self.language)}"
            for row in rows
            if row.when is None and row.target is not None
        )

    def metric(self, key: str) -> str:
        """Return a metric by its title."""
        return self._titled(self._metrics, key, words.NOTHING)

    def check(self, key: str) -> str:
        """Return an eligibility check by its title, its id where the agreement does not know it."""
        return self._titled(self._checks, key, words.NOTHING)

    def product(self, key: str) -> str:
        """Return a product by its title, its id where the catalogue does not know it."""
        return self._titled(self.products, key, words.NOTHING)

    def metrics(self) -> list[str]:
        """Return the metrics of the agreement in the order of its latest edition."""
        return list(dict.fromkeys(clock.metric for one in reversed(self.policy.revisions) for clock in one.clocks))

    def named(self, dimension: str, key: str, name: str) -> str:
        """Return what a row of a dimension is called."""
        if dimension == "level":
            return self.level(key)
        if dimension == "metric":
            return self.metric(key)
        if dimension == "month":
            return self.month(key)
        return self.word(words.NAMELESS[dimension]) if key == NOBODY else name or key

    def _titled(self, titles: Mapping[str, Title], key: str, nameless: Title) -> str:
        if not key:
            return self.word(nameless)
        return titles[key].text(self.language) if key in titles else key

    def month(self, key: str) -> str:
        """Return `2026-11` as "ноябрь 2026"."""
        year, month = key.split("-")
        return f"{words.MONTHS[self.language][int(month) - 1]} {year}"

    def month_name(self, key: str) -> str:
        """Return `2026-11` as "ноябрь"."""
        return words.MONTHS[self.language][int(key[5:7]) - 1]

    def short_month(self, key: str) -> str:
        """Return `2026-11` as "ноя"."""
        return words.MONTHS_SHORT[self.language][int(key[5:7]) - 1]

    def period(self, period: Period) -> str:
        """Return the dates of a period: a whole month by its name, others from day to day."""
        first, last = period.since, period.until
        if (
            first.day == 1
            and (last + timedelta(days=1)).day == 1
            and (first.year, first.month) == (last.year, last.month)
        ):
            return self.month(f"{first:%Y-%m}")
        if first == last:
            return self.day_in_words(last)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{self.day_in_words(last)}"
        return f"{self.day_in_words(first)} – {self.day_in_words(last)}"

    def day_in_words(self, day: date) -> str:
        """Return a date with the name of its month."""
        return f"{day.day} {words.MONTHS_OF_DATES[self.language][day.month - 1]} {day.year}".replace(" ", NO_BREAK)

    def day(self, day: date) -> str:
        """Return a date for a table."""
        return written_day(day, self.language)

    def instant(self, at: Instant | None) -> str:
        """Return an instant with weekday and year by the report's zone; a dash for none."""
        return self.word(words.NOTHING) if at is None else moment_in_words(at, self.zone, self.language)

    def zone_name(self) -> str:
        """Return what people call the zone."""
        return zone_in_words(self.zone, self.as_of, self.language)

    def amount(self, seconds: int | None) -> str:
        """Return a length of time in two units at most; a dash for none."""
        return self.word(words.NOTHING) if seconds is None else amount_in_words(seconds, self.language)

    def target(self, target: str | None) -> str:
        """Return a target as people say it."""
        return self.word(words.NOT_RECORDED) if target is None else amount_text(target, self.language)

    def share(self, part: int, whole: int) -> str:
        """Return a share in percent; a dash where there is nothing to have a share in."""
        return percent(part, whole, self.language) if whole else self.word(words.NOTHING)

    def number(self, value: float) -> str:
        """Return a number with at most three decimals."""
        return f"{round(value, 3):g}".replace(".", "," if self.language == "ru" else ".")

    def of(self, part: int, whole: int) -> str:
        """Return "41 из 44"."""
        return self.word(words.OF, part=part, whole=whole).replace(" ", NO_BREAK)

    def cause(self, cause: str | None) -> str:
        """Return why a deadline was missed."""
        known = words.CAUSES.get(cause) if cause is not None else words.NOT_RECORDED
        return self.word(known) if known is not None else str(cause)

    def calendar(self, key: str | None) -> str:
        """Return a calendar by its title."""
        if key is None:
            return self.word(words.NOT_RECORDED)
        calendar = self.policy.calendars.get(key)
        return key if calendar is None or calendar.title is None else calendar.title.text(self.language)

    def lateness(self, one: Missed) -> str:
        """Return by how much a deadline was missed, in the unit of its target; an open one up to the report's instant."""
        told = self._late(one)
        return told if one.stopped_at is not None else self.word(words.LATE_OPEN, late=told)

    def _late(self, one: Missed) -> str:
        in_days = (one.target or "").endswith("wd")
        if in_days and one.late_days:
            return amount_text(f"{one.late_days}wd", self.language).replace(" ", NO_BREAK)
        if one.late_seconds is not None:
            return self.amount(one.late_seconds)
        calendar = self.policy.calendars.get(one.calendar or "")
        since = one.breached_at if one.breached_at is not None else one.due_at
        if one.stopped_at is not None or calendar is None or since is None:
            return self.word(words.NOT_RECORDED)
        if in_days:
            return working_days_in_words(calendar, since, self.as_of, self.language)
        return self.amount(calendar.worked(self.as_of) - calendar.worked(since))

    def local(self, at: Instant) -> datetime:
        """Return an instant by the clocks of the report's zone."""
        return datetime.fromtimestamp(at, self.zone)
