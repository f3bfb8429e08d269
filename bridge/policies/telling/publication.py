"""What a helpdesk's screens need once and not per ticket: working windows, titles, thresholds, what customers see.

A screen counts down by itself: a ticket's detail holds an anchor, and the windows from here tell how time goes on from there.
So the digest, which every detail names, says what calendars, titles, thresholds and portal are, and not how far the windows
reach: time goes by and tickets come with later deadlines, and no detail may move by that.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from bridge.files.types import Title
from bridge.policies.agreement.policy import Level, Policy, Target
from bridge.policies.agreement.report_calendar import report_calendar
from bridge.policies.calendar.compiled_years import instant_of
from bridge.policies.calendar.days import DayKind
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.clocks.in_force import Rulebook, rulebook_of
from bridge.policies.telling.digests import digest_of
from bridge.policies.telling.reach import WindowReach
from bridge.policies.telling.standing import Standing
from bridge.policies.telling.titles import level_titles
from bridge.tickets import Instant, format_instant, instant_text

_SHAPE = 1
"""Moves when screens have to read a publication otherwise."""

_KINDS = {
    DayKind.SHORT_DAY: "short",
    DayKind.HOLIDAY: "holiday",
    DayKind.DAY_OFF: "day_off",
    DayKind.WORKING_WEEKEND: "working_weekend",
}
"""The days that people ask about, as screens call them."""

_Texts = dict[str, str]


class Phrase(NamedTuple):
    """A phrase that agents are advised against, and the language it is of."""

    language: str
    phrase: str


class Publication:
    """A policy as screens need it; `digest` is the same wherever they read the same out of it."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._calendars = dict(sorted(_calendars(policy).items()))
        counts = report_calendar(policy)
        self._said = {
            "titles": {"levels": _levels(policy), "metrics": _metrics(policy)},
            "thresholds": _thresholds(policy),
            "portal": {"show": list(policy.portal)},
            "report": {"calendar": counts.id, "zone": counts.zone.key},
        }
        calendars = {name: [one.digest, _texts(one.title, otherwise=name)] for name, one in self._calendars.items()}
        self.digest = digest_of([_SHAPE, calendars, self._said, _texts(policy.title)])

    def fingerprint(self, reach: WindowReach) -> str:
        """Return the digest of the whole content but its age: with this reach, by this agreement, in these zones."""
        windows = {name: [*one.windows(*_span(one, reach))] for name, one in self._calendars.items()}
        return digest_of([self.digest, self._policy.digest, str(reach.first), str(reach.end), windows])

    def content(
        self,
        reach: WindowReach,
        *,
        at: Instant,
        phrases: Sequence[Phrase] = (),
        standing: Standing | None = None,
    ) -> dict[str, Any]:
        """Return what is sent at an instant; instants in it are text, as in a detail. Phrases and standing are beside the
        agreement: no digest knows them."""
        policy = self._policy
        return {
            "digest": self.digest,
            "at": format_instant(at),
            "policy": {"title": _texts(policy.title), "digest": policy.digest},
            "calendars": {name: _calendar(one, reach) for name, one in self._calendars.items()},
            **self._said,
            "phrases": [one._asdict() for one in phrases],
            "registry": None if standing is None else standing.json(),
        }


def publication_of(policy: Policy) -> Publication:
    """Return the policy's publication, the same one for the same object."""
    return _of_rulebook(rulebook_of(policy))


@lru_cache(maxsize=8)
def _of_rulebook(rulebook: Rulebook) -> Publication:
    return Publication(rulebook.policy)


def _texts(title: Title | None, *, otherwise: str = "") -> _Texts:
    """Return a title in both languages; `otherwise` stands there where there is none."""
    return {"ru": otherwise, "en": otherwise} if title is None else {"ru": title.ru, "en": title.en}


def _calendars(policy: Policy) -> dict[str, WorkCalendar]:
    """Return the calendars that clocks and obligations of any edition and reports are counted on."""
    levels = (level for revision in policy.revisions for level in revision.levels.values())
    counted = {one.id: one for level in levels for one in _calendars_of(level)}
    owed = (one.calendar for revision in policy.revisions for one in revision.obligations)
    return counted | {one.id: one for one in (*owed, report_calendar(policy))}


def _calendars_of(level: Level) -> Iterator[WorkCalendar]:
    counted: list[Level | Target] = [level, *(row.target for row in level.targets if row.target is not None)]
    for one in counted:
        yield one.calendar
        yield from (cell.calendar for cell in (one.calendars.cells if one.calendars is not None else ()))


def _levels(policy: Policy) -> dict[str, Any]:
    shorts = {name: level.short for revision in policy.revisions for name, level in revision.levels.items()}
    return {
        name: {"title": _texts(title), "short": _texts(shorts[name] or title)}
        for name, title in level_titles([policy]).items()
    }


def _metrics(policy: Policy) -> dict[str, Any]:
    return {one.metric: _texts(one.title) for revision in policy.revisions for one in revision.clocks}


def _thresholds(policy: Policy) -> list[dict[str, str]]:
    """Return at which points clocks turn at risk, by the latest edition of each level."""
    levels = {name: level for revision in policy.revisions for name, level in revision.levels.items()}
    found = (
        (name, row.metric, str(threshold))
        for name, level in levels.items()
        for row in level.targets
        if row.target is not None
        for threshold in row.target.thresholds
        if threshold.at_risk
    )
    return [{"level": level, "metric": metric, "at": at} for level, metric, at in dict.fromkeys(found)]


def _span(calendar: WorkCalendar, reach: WindowReach) -> tuple[Instant, Instant]:
    first, end = (instant_of(calendar.zone, day.toordinal(), 0) for day in (reach.first, reach.end))
    return first, end


def _calendar(calendar: WorkCalendar, reach: WindowReach) -> dict[str, Any]:
    first, end = _span(calendar, reach)
    return {
        "title": _texts(calendar.title, otherwise=calendar.id),
        "zone": calendar.zone.key,
        "from": format_instant(first),
        "until": format_instant(end),
        "windows": [[format_instant(edge) for edge in window] for window in calendar.windows(first, end)],
        "provisional_from": instant_text(calendar.published[1]),
        "days": {str(day): told for day, told in _days(calendar, reach)},
    }


def _days(calendar: WorkCalendar, reach: WindowReach) -> Iterator[tuple[date, Mapping[str, Any]]]:
    """Yield the dates that the calendar's week does not explain, with their names, which may be empty."""
    for number in range((reach.end - reach.first).days):
        day = reach.first + timedelta(days=number)
        found = calendar.day(day)
        if found.kind not in _KINDS:
            continue
        names = {"ru": calendar.day(day, language="ru").reason, "en": found.reason}
        either = names["ru"] or names["en"]
        yield day, {"kind": _KINDS[found.kind], "title": {language: one or either for language, one in names.items()}}
