"""The one sentence on the ticket that says why it stands where it stands, in Russian or English.

It names no instant and no remaining time, so it changes only when the decision does.
"""

from collections.abc import Sequence
from functools import lru_cache

from bridge.decisions import Check, Clock, ClockState, Outcome, Support, SupportVerdict
from bridge.files.types import Title
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.clocks.states import STATE_ORDER, Cause
from bridge.policies.outcome.readable import polished
from bridge.tickets import Reference

_STATES = {
    ClockState.OVERDUE: Title(ru="{metric}: срок истёк ({target})", en="{metric} overdue ({target})"),
    ClockState.AT_RISK: Title(
        ru="{metric}: срок подходит к концу ({target})", en="{metric} close to its deadline ({target})"
    ),
    ClockState.RUNNING: Title(ru="{metric}: срок идёт ({target})", en="{metric} running ({target})"),
    ClockState.PAUSED: Title(ru="{metric}: срок приостановлен ({target})", en="{metric} paused ({target})"),
    ClockState.MISSED: Title(ru="{metric}: срок нарушен ({target})", en="{metric} missed ({target})"),
    ClockState.MET: Title(ru="{metric}: срок соблюдён ({target})", en="{metric} in time ({target})"),
}

CAUSES = {
    Cause.CLOSED_UNANSWERED: Title(ru="заявка закрыта без ответа", en="the ticket was closed without an answer"),
    Cause.CLOSED: Title(ru="заявка закрыта", en="the ticket was closed"),
    Cause.TARGET_CHANGED: Title(
        ru="срок перенесён в прошлое сменой уровня, приоритета или обещанной даты",
        en="a change of level, priority or promised date put the deadline into the past",
    ),
    Cause.PAUSE_ENDED: Title(
        ru="срок наступил с началом паузы или во время неё", en="the deadline came with the pause or during it"
    ),
    Cause.LEVEL_CHANGED: Title(ru="новый уровень начал новый отсчёт", en="the new level began a new cycle"),
    Cause.NO_TARGET: Title(ru="соглашение больше не задаёт срока", en="the agreement sets no target any more"),
    Cause.NOT_APPLICABLE: Title(ru="срок к заявке больше не относится", en="the clock no longer applies"),
    Cause.RESET: Title(ru="отсчёт начат заново", en="the measurement was begun anew"),
    Cause.CONDITION: Title(ru="отсчёт отменён по правилу", en="a rule cancelled the clock"),
    Cause.MERGED: Title(ru="заявка объединена с другой", en="the ticket was merged into another"),
    Cause.DELETED: Title(ru="заявка удалена", en="the ticket was deleted"),
    Cause.IMPORTED: Title(ru="заявка загружена уже закрытой", en="the ticket was imported already closed"),
    Cause.HISTORY_UNSEEN: Title(
        ru="отсчёт начался раньше, чем известна история заявки", en="it began before the ticket's history is known"
    ),
}
"""What each cause means, for people. Complete by test."""

_SUPPORT = {
    SupportVerdict.LIMITED: Title(ru="поддержка ограничена", en="support is limited"),
    SupportVerdict.REFUSABLE: Title(ru="в поддержке можно отказать", en="support may be refused"),
    SupportVerdict.UNKNOWN: Title(ru="право на поддержку не установлено", en="entitlement is not established"),
}

NO_RULE = Title(ru="Ни одно правило соглашения не подходит", en="No rule of the agreement applies")
NOT_YET = Title(ru="На этот момент заявки ещё нет", en="The ticket does not exist yet at that time")
_NO_TARGETS = Title(ru="{level}: соглашение не задаёт сроков", en="{level}: the agreement sets no targets")
_NOTHING_RUNS = Title(ru="{level}: сейчас ничего не отсчитывается", en="{level}: nothing is being measured now")
_HOLE = Title(
    ru="{level}: нет срока «{metric}» для приоритета «{priority}»",
    en="{level}: no target for {metric} at priority “{priority}”",
)
_CALENDAR_HOLE = Title(
    ru="{level}: в соглашении нет календаря для «{by}: {found}»",
    en="{level}: the agreement has no calendar for “{by}: {found}”",
)
_NOT_STATED = Title(ru="не указано", en="not stated")

_UNITS = {
    AmountKind.WORKING_TIME: (
        (3600, ("рабочий час", "рабочих часа", "рабочих часов"), ("working hour", "working hours")),
        (60, ("рабочая минута", "рабочие минуты", "рабочих минут"), ("working minute", "working minutes")),
        (1, ("рабочая секунда", "рабочие секунды", "рабочих секунд"), ("working second", "working seconds")),
    ),
    AmountKind.WORKING_DAYS: ((1, ("рабочий день", "рабочих дня", "рабочих дней"), ("working day", "working days")),),
    AmountKind.CALENDAR_TIME: (
        (86_400, ("календарный день", "календарных дня", "календарных дней"), ("calendar day", "calendar days")),
        (3600, ("час", "часа", "часов"), ("hour", "hours")),
        (60, ("минута", "минуты", "минут"), ("minute", "minutes")),
        (1, ("секунда", "секунды", "секунд"), ("second", "seconds")),
    ),
}


@lru_cache(maxsize=1024)
def amount_text(target: str, language: str) -> str:
    """Return a target as people say it: `8h` is `8 рабочих часов` or `8 working hours`; a promised date is named as such."""
    if target == "promise":
        return "обещанная дата" if language == "ru" else "promised date"
    try:
        amount = Amount.parse(target)
    except ValueError:
        return target
    left, words = amount.value, list[str]()
    for size, russian, english in _UNITS[amount.kind]:
        count, left = divmod(left, size)
        if count or (not words and size == 1 and not left):
            words.append(f"{count} {_plural_ru(count, russian) if language == 'ru' else english[count != 1]}")
    return " ".join(words)


def point_text(point: str, language: str) -> str:
    """Return a threshold's point as people say it: `75%` as it is, `1h before` as `1 working hour before the deadline`."""
    for side, title in _SIDES.items():
        if point.endswith(side):
            return title.text(language).format(amount=amount_text(point.removesuffix(side).strip(), language))
    return point


_SIDES = {
    "before": Title(ru="{amount} до срока", en="{amount} before the deadline"),
    "after": Title(ru="{amount} после срока", en="{amount} after the deadline"),
}


def _plural_ru(count: int, forms: tuple[str, str, str]) -> str:
    if count % 10 == 1 and count % 100 != 11:
        return forms[0]
    if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14):
        return forms[1]
    return forms[2]


def hole(level: Title, metric: Title, priority: str, language: str) -> str:
    """Return the sentence that names a missing target."""
    text = _HOLE.text(language)
    return text.format(level=level.text(language), metric=metric.text(language), priority=priority or "?")


def calendar_hole(level: Title, by: str, found: object, language: str) -> str:
    """Return the sentence that names a value of the property `by` for which the level has no calendar."""
    value = found.name if isinstance(found, Reference) else found
    shown = _NOT_STATED.text(language) if value in (None, "") else str(value)
    name = by.removeprefix("attributes.").removeprefix("fields.")
    return _CALENDAR_HOLE.text(language).format(level=level.text(language), by=name, found=shown)


def reason_of(
    *,
    level: Title | None,
    state: ClockState,
    clocks: Sequence[Clock],
    titles: dict[str, Title],
    holes: Sequence[str],
    support: Support,
    language: str,
) -> str:
    """Return the sentence, at most 255 characters, never beginning with a sign a spreadsheet would compute."""
    clock = _telling(clocks, state)
    if clock is not None:
        metric = titles[clock.metric].text(language) if clock.metric in titles else clock.metric
        named = "" if level is None else level.text(language)
        text = _clock_sentence(named, metric, clock.state, clock.target, clock.cause, language)
    elif holes:
        text = holes[0]
    elif level is None:
        text = NO_RULE.text(language)
    else:
        template = _NOTHING_RUNS if clocks or titles else _NO_TARGETS
        text = template.text(language).format(level=level.text(language))
    return polished(text + _of_support(support, language))


def _telling(clocks: Sequence[Clock], state: ClockState) -> Clock | None:
    """Return the clock that the state comes from: of several the one due first; without a state, the last one cancelled."""
    if state is ClockState.NONE:
        return clocks[-1] if clocks else None
    found = [clock for clock in clocks if clock.state is state]
    if state in STATE_ORDER[:3]:
        return min(found, key=lambda clock: clock.due_at or 0)
    return found[-1]


@lru_cache(maxsize=4096)
def _clock_sentence(level: str, metric: str, state: ClockState, target: str, cause: str | None, language: str) -> str:
    because = CAUSES[Cause(cause)].text(language) if cause in list(Cause) else ""
    if state in (ClockState.CANCELLED, ClockState.NONE):
        text = f"{metric}: {because}" if because else metric
    else:
        text = _STATES[state].text(language).format(metric=metric, target=amount_text(target, language))
        text = f"{text}, {because}" if because else text
    return f"{level}: {text}" if level else text


def _of_support(support: Support, language: str) -> str:
    if support.verdict not in _SUPPORT:
        return ""
    words, check = _SUPPORT[support.verdict].text(language), _decisive(support)
    return f"; {words}: {check.message}" if check and check.message else f"; {words}"


def _decisive(support: Support) -> Check | None:
    """Return the check that the verdict comes from."""
    effect = {SupportVerdict.REFUSABLE: "refuse", SupportVerdict.LIMITED: "limit"}.get(support.verdict)
    for check in support.checks:
        if effect is not None and check.outcome is Outcome.FAIL and check.effect == effect:
            return check
        if effect is None and check.required and check.outcome is Outcome.UNKNOWN:
            return check
    return None
