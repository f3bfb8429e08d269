"""A decision told to people: level, verdict, clocks and their ledgers as plain lines, in Russian or English."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from bridge.decisions import Check, Clock, ClockState, Decision, Interval, Outcome, SupportVerdict
from bridge.files.types import Title
from bridge.policies.agreement.policy import Policy
from bridge.policies.clocks.receipt import DAY_COUNTED
from bridge.policies.clocks.states import Cause
from bridge.policies.outcome.readable import duration, written
from bridge.policies.outcome.reason import CAUSES, amount_text, point_text
from bridge.tickets import Instant

_HEAD = Title(ru="Заявка {number}, на {at}", en="Ticket {number}, at {at}")
_LEVEL = Title(ru="Уровень: {level}, по правилу {rule} ({at})", en="Level: {level}, by the rule {rule} ({at})")
_NO_LEVEL = Title(ru="Уровень: нет", en="Level: none")
_STATE = Title(ru="Состояние: {state}", en="State: {state}")
_DUE = Title(ru="ближайший срок {due}", en="next due {due}")
_WHY = Title(ru="Причина: {reason}", en="Reason: {reason}")
_NEXT = Title(ru="Само по себе изменится: {at}", en="Will change by itself: {at}")
_SUPPORT = Title(ru="Поддержка: {verdict}", en="Support: {verdict}")
_NOTICE = Title(ru="Внимание: {text}", en="Note: {text}")
_CLOCK = Title(ru="{metric}, цикл {cycle}: {state}", en="{metric}, cycle {cycle}: {state}")
_TARGET = Title(
    ru="  {target} по календарю {calendar}, уровень {level}", en="  {target} on the calendar {calendar}, level {level}"
)
_STARTED = Title(ru="начат {at}", en="started {at}")
_DUE_AT = Title(ru="срок {at}", en="due {at}")
_PROVISIONAL = Title(ru="предварительно", en="preliminary")
_STOPPED = Title(ru="окончен {at}", en="stopped {at}")
_BREACHED = Title(ru="нарушен {at}", en="breached {at}")
_ELAPSED = Title(ru="прошло {time}", en="elapsed {time}")
_LEFT = Title(ru="осталось {time}", en="left {time}")
_LATE = Title(
    ru="опоздание {time} рабочего времени, рабочих дней после дня срока: {days}",
    en="late by {time} of working time, working days after that of the deadline: {days}",
)
_LATENESS_UNKNOWN = Title(ru="опоздание не записано", en="lateness not recorded")
_REACHED = Title(ru="  достигнуто {threshold} ({point}) {at}", en="  reached {threshold} ({point}) {at}")
_STOPPED_HERE = Title(ru="= отсчёт окончен", en="= stopped")
_DUE_HERE = Title(ru="= срок", en="= due")
_NOW = Title(ru="= сейчас", en="= now")
_OVER = Title(ru="просрочено на {time}", en="over by {time}")

STATES = {
    ClockState.OVERDUE: Title(ru="просрочено", en="overdue"),
    ClockState.AT_RISK: Title(ru="срок близко", en="at risk"),
    ClockState.RUNNING: Title(ru="идёт", en="running"),
    ClockState.PAUSED: Title(ru="приостановлено", en="paused"),
    ClockState.MISSED: Title(ru="срок нарушен", en="missed"),
    ClockState.MET: Title(ru="срок соблюдён", en="met"),
    ClockState.CANCELLED: Title(ru="отменено", en="cancelled"),
    ClockState.NONE: Title(ru="не отсчитывается", en="none"),
}

VERDICTS = {
    SupportVerdict.FULL: Title(ru="полная", en="full"),
    SupportVerdict.LIMITED: Title(ru="ограниченная", en="limited"),
    SupportVerdict.REFUSABLE: Title(ru="можно отказать", en="may be refused"),
    SupportVerdict.UNKNOWN: Title(ru="не установлена", en="not established"),
}

_OUTCOMES = {
    Outcome.PASS: Title(ru="да", en="pass"),
    Outcome.WARN: Title(ru="внимание", en="warning"),
    Outcome.FAIL: Title(ru="нет", en="fail"),
    Outcome.UNKNOWN: Title(ru="неизвестно", en="unknown"),
}

REASONS = {
    "working": Title(ru="рабочее время", en="working time"),
    "short_day": Title(ru="сокращённый день", en="short day"),
    "working_weekend": Title(ru="рабочий выходной", en="working day off"),
    "calendar_time": Title(ru="календарное время", en="calendar time"),
    "closed": Title(ru="нерабочее время", en="closed"),
    "weekend": Title(ru="выходной", en="weekend"),
    "holiday": Title(ru="праздник", en="public holiday"),
    "day_off": Title(ru="нерабочий день", en="day off"),
    "pause": Title(ru="пауза", en="pause"),
    "before_start": Title(ru="до начала отсчёта", en="before the start"),
    DAY_COUNTED: Title(ru="засчитан рабочий день", en="working day counted"),
}
"""What each reason of a ledger means. Complete by test."""


def explain(decision: Decision, policy: Policy) -> list[str]:
    """Return the decision as lines of text in the policy's language; times are in the zone of the first clock's calendar.

    Clocks that carry a ledger show it line by line: `+` what counted, `-` what did not, and why.
    """
    language = policy.language
    titles = {clock.metric: clock.title for revision in policy.revisions for clock in revision.clocks}
    levels = {name: level.title for revision in policy.revisions for name, level in revision.levels.items()}
    checks = {one.id: one.title for revision in policy.revisions for one in revision.checks if one.title is not None}
    zone = _zone(decision, policy)
    lines = list(_summary(decision, levels, checks, language, zone))
    for clock in decision.clocks:
        own = ZoneInfo(clock.zone) if clock.zone else zone
        title = titles.get(clock.metric)
        lines.append("")
        lines.extend(_clock(clock, title.text(language) if title else clock.metric, decision.at, language, own))
    return lines


def _zone(decision: Decision, policy: Policy) -> ZoneInfo:
    for clock in decision.clocks:
        if clock.calendar in policy.calendars:
            return policy.calendars[clock.calendar].zone
        if clock.zone:
            return ZoneInfo(clock.zone)
    return next((calendar.zone for calendar in policy.calendars.values()), ZoneInfo("UTC"))


def _summary(
    decision: Decision, levels: dict[str, Title], checks: dict[str, Title], language: str, zone: ZoneInfo
) -> Iterator[str]:
    yield _HEAD.text(language).format(number=decision.number, at=f"{written(decision.at, zone, language)} ({zone.key})")
    if decision.level is None:
        yield _NO_LEVEL.text(language)
    else:
        level = levels[decision.level].text(language) if decision.level in levels else decision.level
        yield _LEVEL.text(language).format(level=level, rule=decision.rule, at=decision.rule_at)
    state = STATES[decision.state].text(language)
    if decision.due_at is not None:
        state = f"{state}, {_DUE.text(language).format(due=written(decision.due_at, zone, language))}"
    yield _STATE.text(language).format(state=state)
    yield _WHY.text(language).format(reason=decision.reason)
    if decision.next_change_at is not None:
        yield _NEXT.text(language).format(at=written(decision.next_change_at, zone, language))
    yield _SUPPORT.text(language).format(verdict=VERDICTS[decision.support.verdict].text(language))
    for check in decision.support.checks:
        title = checks.get(check.id)
        yield _check(check, title.text(language) if title else check.id, language)
    for warning in decision.warnings:
        yield _NOTICE.text(language).format(text=warning)


def _check(check: Check, title: str, language: str) -> str:
    text = f"  {title}: {_OUTCOMES[check.outcome].text(language)}"
    if check.message:
        text = f"{text} - {check.message}"
    return f"{text}. {check.remedy}" if check.remedy else text


def _clock(clock: Clock, title: str, at: Instant, language: str, zone: ZoneInfo) -> Iterator[str]:
    state = STATES[clock.state].text(language)
    if clock.cause is not None and clock.cause in list(Cause):
        state = f"{state} ({CAUSES[Cause(clock.cause)].text(language)})"
    yield _CLOCK.text(language).format(metric=title, cycle=clock.cycle, state=state)
    target = amount_text(clock.target, language)
    yield _TARGET.text(language).format(target=target, calendar=clock.calendar, level=clock.level)
    yield f"  {', '.join(_times(clock, language, zone))}"
    for one in clock.thresholds:
        reached = written(one.at, zone, language)
        yield _REACHED.text(language).format(threshold=one.id, point=point_text(one.point, language), at=reached)
    for line in _ledger(clock, at, language, zone):
        yield f"    {line}"


def _times(clock: Clock, language: str, zone: ZoneInfo) -> Iterator[str]:
    """Yield when the clock started, is due, was breached and stopped, and how much time has gone and is left."""

    def told(what: Title, instant: Instant) -> str:
        return what.text(language).format(at=written(instant, zone, language))

    yield told(_STARTED, clock.started_at)
    if clock.due_at is not None:
        due = told(_DUE_AT, clock.due_at)
        yield f"{due} ({_PROVISIONAL.text(language)})" if clock.provisional else due
    if clock.breached_at is not None and clock.breached_at != clock.due_at:
        yield told(_BREACHED, clock.breached_at)
    if clock.stopped_at is not None:
        yield told(_STOPPED, clock.stopped_at)
    yield _ELAPSED.text(language).format(time=duration(clock.elapsed_seconds))
    if clock.remaining_seconds is not None:
        left = _LEFT if clock.remaining_seconds >= 0 else _OVER
        yield left.text(language).format(time=duration(abs(clock.remaining_seconds)))
    if clock.breached_at is not None and clock.stopped_at is not None:
        yield _lateness(clock).text(language)


def _lateness(clock: Clock) -> Title:
    if clock.late_seconds is None or clock.late_days is None:
        return _LATENESS_UNKNOWN
    values = {"time": duration(clock.late_seconds), "days": clock.late_days}
    return Title(ru=_LATE.ru.format(**values), en=_LATE.en.format(**values))


def _ledger(clock: Clock, at: Instant, language: str, zone: ZoneInfo) -> Iterator[str]:
    """Yield the ledger's lines, cut where the clock was due and where it stopped or stands now."""
    if not clock.receipt:
        return
    cuts = sorted(_cuts(clock, at, language))

    def cut() -> str:
        instant, text = cuts.pop(0)
        return f"{written(instant, zone, language)}  {text}"

    for interval in clock.receipt:
        start = interval.start
        while cuts and cuts[0][0] <= start:
            yield cut()
        while cuts and cuts[0][0] < interval.end:
            instant = cuts[0][0]
            yield ledger_line(replace(interval, start=start, end=instant), language, zone)
            yield cut()
            start = instant
        yield ledger_line(replace(interval, start=start), language, zone)
    while cuts:
        yield cut()


def _cuts(clock: Clock, at: Instant, language: str) -> Iterator[tuple[Instant, str]]:
    if clock.stopped_at is not None:
        yield clock.stopped_at, _STOPPED_HERE.text(language)
    else:
        yield at, _NOW.text(language)
    if clock.due_at is not None:
        yield clock.due_at, _DUE_HERE.text(language)


def ledger_line(interval: Interval, language: str, zone: ZoneInfo) -> str:
    """Return one line of a ledger: from, to, how much counted, and why."""
    reason = REASONS[interval.reason].text(language) if interval.reason in REASONS else interval.reason
    text = f"{reason}: {interval.detail}" if interval.detail else reason
    start = written(interval.start, zone, language)
    if interval.reason == DAY_COUNTED or interval.start == interval.end:
        return f"{start}  {text}"
    sign, length = ("+", duration(interval.end - interval.start)) if interval.counted else ("-", "")
    return f"{start} .. {written(interval.end, zone, language)}  {sign} {length:>9}  {text}"
