"""A decision told to people: who and what, where it stands, why, and what comes next, as plain lines in Russian or English."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bridge.decisions import Check, Clock, Outcome
from bridge.files.types import Title
from bridge.policies.clocks.states import END_STATES, Cause
from bridge.policies.outcome.readable import duration
from bridge.policies.outcome.reason import CAUSES, amount_text, point_text
from bridge.policies.telling.ahead import told as turn_told
from bridge.policies.telling.ahead import turns_ahead
from bridge.policies.telling.ledger import ledger
from bridge.policies.telling.story import Story, on_a_line
from bridge.policies.telling.titles import STATES, VERDICTS, outcome_title
from bridge.policies.telling.who import who_and_what
from bridge.tickets import Instant

_HEAD = Title(ru="Заявка {number}{subject}, на {at}", en="Ticket {number}{subject}, at {at}")
_QUOTED = Title(ru=" «{subject}»", en=" “{subject}”")
_LEVEL = Title(ru="Уровень: {level}, по правилу «{rule}»", en="Level: {level}, by the rule {rule}")
_NO_LEVEL = Title(ru="Уровень: нет", en="Level: none")
_STATE = Title(ru="Состояние: {state}", en="State: {state}")
_DUE = Title(ru="ближайший срок {due}", en="next due {due}")
_WHY = Title(ru="Причина: {reason}", en="Reason: {reason}")
_NEXT = Title(ru="Дальше:", en="Next:")
_NOTHING = Title(ru="само по себе ничего не изменится", en="nothing changes by itself")
_SUPPORT = Title(ru="Поддержка: {verdict}", en="Support: {verdict}")
_NOTICE = Title(ru="Внимание: {text}", en="Note: {text}")
_CLOCK = Title(ru="{metric}, цикл {cycle}: {state}", en="{metric}, cycle {cycle}: {state}")
_ON_CALENDAR = Title(ru="по календарю «{calendar}»", en="on the calendar “{calendar}”")
_AT_LEVEL = Title(ru="уровень «{level}»", en="level {level}")
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
_REACHED = Title(ru="достигнуто {threshold} ({point}) {at}", en="reached {threshold} ({point}) {at}")
_OVER = Title(ru="просрочено на {time}", en="over by {time}")
_EARLIER = Title(ru="циклов до этого: {count}", en="cycles before: {count}")

_WORST_FIRST = (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN, Outcome.PASS)


def explain(story: Story, *, full: bool = False) -> list[str]:
    """Return the ticket's decision as lines of text in the policy's language, without an empty one.

    The short form has the latest cycle of each clock and the checks that did not pass. The `full` one has every cycle with
    its ledger, every check, and where the rule stands.
    """
    return [*_summary(story, full=full), *(_full_clocks(story) if full else ())]


def _summary(story: Story, *, full: bool) -> Iterator[str]:
    decision, language = story.decision, story.language
    yield _head(story)
    yield from who_and_what(story)
    yield _level(story, full=full)
    if full or not decision.clocks:
        state = STATES[decision.state].text(language)
        due = decision.due_at
        told = [state] if due is None else [state, _DUE.text(language).format(due=story.moment(due))]
        yield _STATE.text(language).format(state=", ".join(told))
        yield _WHY.text(language).format(reason=decision.reason)
    if not full:
        yield from _latest_clocks(story)
    yield _SUPPORT.text(language).format(verdict=VERDICTS[decision.support.verdict].text(language))
    checks = [one for one in sorted(decision.support.checks, key=_rank) if full or one.outcome is not Outcome.PASS]
    # Several checks may say the same, such as that the product is not known.
    yield from dict.fromkeys(_check(check, story, full=full) for check in checks)
    for warning in decision.warnings:
        yield _NOTICE.text(language).format(text=warning)
    yield from _next(story)


def _head(story: Story) -> str:
    decision, language = story.decision, story.language
    written = on_a_line(story.ticket.subject)
    quoted = _QUOTED.text(language).format(subject=written) if written else ""
    at = f"{story.moment(decision.at)} ({story.zone.key})"
    return _HEAD.text(language).format(number=on_a_line(decision.number), subject=quoted, at=at)


def _level(story: Story, *, full: bool) -> str:
    decision, language = story.decision, story.language
    if decision.level is None:
        return _NO_LEVEL.text(language)
    line = _LEVEL.text(language).format(level=story.level(decision.level), rule=decision.rule)
    return f"{line} ({decision.rule_at})" if full else line


def _rank(check: Check) -> int:
    return _WORST_FIRST.index(check.outcome)


def _check(check: Check, story: Story, *, full: bool) -> str:
    """Return a check's answer; in the short form what mends it stands only where it costs the customer something."""
    outcome, title = outcome_title(check.outcome, story.language), story.checks.get(check.id)
    answer = f"{title.text(story.language)}: {outcome}" if title else outcome
    said = check.message or ("" if title else check.id)
    text = f"  {answer}{' - ' if title else ': '}{said}" if said else f"  {answer}"
    decisive = check.required if check.outcome is Outcome.UNKNOWN else check.effect != "none"
    return f"{text}. {check.remedy}" if check.remedy and (full or decisive) else text


def _next(story: Story) -> Iterator[str]:
    turns = [turn_told(turn, story) for turn in turns_ahead(story)]
    if not turns and not story.facts.closed:
        turns = [_NOTHING.text(story.language)]
    if len(turns) == 1:
        yield f"{_NEXT.text(story.language)} {turns[0]}"
    elif turns:
        yield _NEXT.text(story.language)
        yield from (f"  {turn}" for turn in turns)


def _latest_clocks(story: Story) -> Iterator[str]:
    """Yield the latest cycle of each metric in a line."""
    language = story.language
    cycles: dict[str, list[Clock]] = {}
    for clock in story.decision.clocks:
        cycles.setdefault(clock.metric, []).append(clock)
    for metric, of_metric in cycles.items():
        clock = max(of_metric, key=lambda one: one.cycle)
        target = f" ({amount_text(clock.target, language)})" if clock.target else ""
        line = f"{story.metric(metric)}{target}: {_state(clock, language)}"
        over = clock.state in END_STATES
        times = [text for title, text in _times(story, clock) if title not in (_OF_THE_END if over else _OF_THE_START)]
        if len(of_metric) > 1:
            times.append(_EARLIER.text(language).format(count=len(of_metric) - 1))
        yield ", ".join([line, *times])


_OF_THE_START = (_STARTED, _ELAPSED)
_OF_THE_END = (_STARTED, _ELAPSED, _LEFT, _OVER)


def _state(clock: Clock, language: str) -> str:
    state = STATES[clock.state].text(language)
    if clock.cause is not None and clock.cause in list(Cause):
        return f"{state} ({CAUSES[Cause(clock.cause)].text(language)})"
    return state


def _full_clocks(story: Story) -> Iterator[str]:
    for clock in story.decision.clocks:
        yield from _full_clock(story, clock)


def _full_clock(story: Story, clock: Clock) -> Iterator[str]:
    language, zone = story.language, _zone(story, clock)
    state = _state(clock, language)
    yield _CLOCK.text(language).format(metric=story.metric(clock.metric), cycle=clock.cycle, state=state)
    terms = ", ".join(_terms(story, clock))
    if terms:
        yield f"  {terms}"
    yield f"  {', '.join(text for _, text in _times(story, clock))}"
    for one in clock.thresholds:
        reached, point = story.moment(one.at, zone), point_text(one.point, language)
        yield f"  {_REACHED.text(language).format(threshold=one.id, point=point, at=reached)}"
    for line in ledger(clock, story.decision.at, language, zone):
        yield f"    {line}"


def _terms(story: Story, clock: Clock) -> Iterator[str]:
    """Yield target, calendar and level, as far as a cycle that was stored long ago names them."""
    language = story.language
    known = story.policy.calendars.get(clock.calendar)
    calendar = clock.calendar if known is None or known.title is None else known.title.text(language)
    on_calendar = _ON_CALENDAR.text(language).format(calendar=calendar) if calendar else ""
    target = " ".join(filter(None, (amount_text(clock.target, language), on_calendar)))
    if target:
        yield target
    if clock.level:
        yield _AT_LEVEL.text(language).format(level=story.level(clock.level))


def _zone(story: Story, clock: Clock) -> ZoneInfo:
    return ZoneInfo(clock.zone) if clock.zone else story.zone


def _times(story: Story, clock: Clock) -> Iterator[tuple[Title, str]]:
    """Yield when the clock started, is due, was breached and stopped, and how much time has gone and is left."""
    language, zone = story.language, _zone(story, clock)

    def told(what: Title, instant: Instant) -> tuple[Title, str]:
        return what, what.text(language).format(at=story.moment(instant, zone))

    yield told(_STARTED, clock.started_at)
    if clock.due_at is not None:
        what, due = told(_DUE_AT, clock.due_at)
        yield what, f"{due} ({_PROVISIONAL.text(language)})" if clock.provisional else due
    if clock.breached_at is not None and clock.breached_at != clock.due_at:
        yield told(_BREACHED, clock.breached_at)
    if clock.stopped_at is not None:
        yield told(_STOPPED, clock.stopped_at)
    yield _ELAPSED, _ELAPSED.text(language).format(time=duration(clock.elapsed_seconds))
    if clock.remaining_seconds is not None:
        left = _LEFT if clock.remaining_seconds >= 0 else _OVER
        yield left, left.text(language).format(time=duration(abs(clock.remaining_seconds)))
    if clock.breached_at is not None and clock.stopped_at is not None:
        yield _LATE, _lateness(clock, language)


def _lateness(clock: Clock, language: str) -> str:
    if clock.late_seconds is None or clock.late_days is None:
        return _LATENESS_UNKNOWN.text(language)
    return _LATE.text(language).format(time=duration(clock.late_seconds), days=clock.late_days)
