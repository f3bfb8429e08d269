"""What separates the agreement's deadline from osTicket's own due date, told to people.

osTicket counts from the creation or the last reopening and knows no pause, so the two may lie apart although each is what
its own rules say.
"""

from collections.abc import Iterator

from bridge.decisions import Clock, Decision
from bridge.files.types import Title
from bridge.policies.agreement.policy import Policy
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.outcome.readable import written
from bridge.policies.outcome.reason import amount_text
from bridge.policies.proof.recount import pauses_before_deadline
from bridge.tickets import Instant, Native

_NONE = Title(ru="Свой срок osTicket: не назначен", en="osTicket's own due date: none")
_HEAD = Title(
    ru="Свой срок osTicket: {native} (план «{plan}»), срок по соглашению: {due}",
    en="osTicket's own due date: {native} (plan {plan}), due by the agreement: {due}",
)
_SAME = Title(ru="  Сроки совпадают", en="  Both are the same")
_APART = Title(
    ru="  Между ними {hours} ч рабочего времени календаря {calendar}; {earlier} раньше",
    en="  {hours} h of working time of {calendar} lie between them; {earlier} is earlier",
)
_OURS = Title(ru="срок по соглашению", en="the agreement's")
_NATIVE = Title(ru="срок osTicket", en="osTicket's")
_PAUSED = Title(
    ru="  Паузы: {hours} ч рабочего времени возвращены часам, osTicket пауз не знает",
    en="  Pauses: {hours} h of working time were given back; osTicket knows no pause",
)
_START = Title(
    ru="  Отсчёт соглашения: {target} с {start}; osTicket считает от создания или последнего открытия заявки",
    en="  The agreement counts {target} from {start}; osTicket counts from creation or the last reopening",
)


def native_difference(decision: Decision, native: Native, policy: Policy) -> Iterator[str]:
    """Yield lines that explain how osTicket's own due date differs from the nearest one of a decision with receipts."""
    running = [one for one in decision.clocks if one.due_at is not None and one.stopped_at is None]
    clock = min(running, key=_due, default=None)
    if native.due_at is None:
        yield _NONE.text(policy.language)
    elif clock is not None and clock.calendar in policy.calendars:
        yield from _compared(clock, native, native.due_at, policy.calendars[clock.calendar], policy.language)


def _compared(clock: Clock, native: Native, theirs: Instant, calendar: WorkCalendar, language: str) -> Iterator[str]:
    ours = _due(clock)

    def shown(at: Instant) -> str:
        return written(at, calendar.zone, language)

    yield _HEAD.text(language).format(native=shown(theirs), plan=native.sla or "–", due=shown(ours))
    if theirs == ours:
        yield _SAME.text(language)
        return
    apart = _hours(abs(calendar.worked(ours) - calendar.worked(theirs)))
    earlier = (_NATIVE if theirs < ours else _OURS).text(language)
    working = calendar.title.text(language) if calendar.title else calendar.id
    yield _APART.text(language).format(hours=apart, calendar=working, earlier=earlier)
    yield _START.text(language).format(target=amount_text(clock.target, language), start=shown(clock.started_at))
    given_back = sum(calendar.worked(end) - calendar.worked(start) for start, end in pauses_before_deadline(clock))
    if given_back:
        yield _PAUSED.text(language).format(hours=_hours(given_back))


def _due(clock: Clock) -> Instant:
    return clock.due_at or 0


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:.2f}".rstrip("0").rstrip(".")
