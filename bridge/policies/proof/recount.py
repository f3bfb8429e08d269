"""The second counter's word on whole decisions (BX-8), and what separates our deadline from the helpdesk's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bridge.decisions import Clock, Decision
from bridge.files.types import Title
from bridge.policies.agreement.policy import Policy
from bridge.policies.calendar.amounts import Amount
from bridge.policies.outcome.readable import written
from bridge.policies.proof.second_counter import Pause, SecondCounter
from bridge.tickets import Instant, Native, format_instant

_PROMISE = "promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A deadline that the two counters do not agree on; instants are POSIX seconds."""

    ticket: str
    metric: str
    cycle: int
    decided: Instant
    counted: Instant

    def __str__(self) -> str:
        return (
            f"ticket {self.ticket}: {self.metric} cycle {self.cycle} is due {format_instant(self.decided)} by the engine"
            f" and {format_instant(self.counted)} by the second counter; please report it with the ticket's receipt"
        )


class Auditor:
    """Counts the deadlines of decisions anew; one counter a calendar is kept."""

    def __init__(self, policy: Policy) -> None:
        self._counters: Mapping[str, SecondCounter] = {
            name: SecondCounter(calendar.definition, calendar.files) for name, calendar in policy.calendars.items()
        }
        self.clocks = 0

    def audit(self, decision: Decision) -> Iterator[Disagreement]:
        """Yield the deadlines of a decision with receipts that come out differently.

        Dates promised by hand, clocks without a deadline and cycles of earlier policies have nothing to count.
        """
        for clock in decision.clocks:
            counter = self._counters.get(clock.calendar)
            if counter is None or clock.due_at is None or not clock.receipt or clock.target == _PROMISE:
                continue
            self.clocks += 1
            counted = counter.due(clock.started_at, Amount.parse(clock.target), pauses=_pauses(clock))
            if counted != clock.due_at:
                yield Disagreement(
                    ticket=decision.number,
                    metric=clock.metric,
                    cycle=clock.cycle,
                    decided=clock.due_at,
                    counted=counted,
                )


def _pauses(clock: Clock) -> list[Pause]:
    """Return the pauses of a clock that began before its deadline, joined where one line follows another."""
    joined: list[Pause] = []
    for line in clock.receipt:
        if line.reason != "pause" or line.start >= (clock.due_at or line.start):
            continue
        if joined and joined[-1][1] == line.start:
            joined[-1] = (joined[-1][0], line.end)
        else:
            joined.append((line.start, line.end))
    return joined


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
    language = policy.language
    clock = min(
        (one for one in decision.clocks if one.due_at is not None and one.stopped_at is None), key=_due, default=None
    )
    if native.due_at is None or clock is None or clock.due_at is None or clock.calendar not in policy.calendars:
        yield _NONE.text(language) if native.due_at is None else ""
        return
    calendar = policy.calendars[clock.calendar]
    yield _HEAD.text(language).format(
        native=written(native.due_at, calendar.zone, language),
        plan=native.sla or "–",
        due=written(clock.due_at, calendar.zone, language),
    )
    if native.due_at == clock.due_at:
        yield _SAME.text(language)
        return
    apart = calendar.worked(clock.due_at) - calendar.worked(native.due_at)
    earlier = _NATIVE if native.due_at < clock.due_at else _OURS
    yield _APART.text(language).format(hours=_hours(abs(apart)), calendar=calendar.id, earlier=earlier.text(language))
    yield _START.text(language).format(target=clock.target, start=written(clock.started_at, calendar.zone, language))
    given_back = sum(calendar.worked(end) - calendar.worked(start) for start, end in _pauses(clock))
    if given_back:
        yield _PAUSED.text(language).format(hours=_hours(given_back))


def _due(clock: Clock) -> Instant:
    return clock.due_at or 0


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:.2f}".rstrip("0").rstrip(".")
