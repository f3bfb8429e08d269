"""What comes next when nobody does anything, found by deciding the ticket again at the instants at which time alone counts.

So nothing has to be known here of what may change and why: whatever a later decision says differently is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from bridge.decisions import ClockState, Decision
from bridge.errors import CalendarError
from bridge.files.types import Title
from bridge.policies.actions.keys import owner_and_metric
from bridge.policies.outcome.readable import written_day
from bridge.policies.telling.story import Story
from bridge.policies.telling.titles import STATES, VERDICTS, outcome_title
from bridge.tickets import Actor, Event, EventKind, Instant

TURNS_TOLD = 3
_TURNS_TRIED = 12
"""A turn may change what programs read and no person sees; the search goes on behind it, but not for ever."""

_CREATED = Title(ru="заявка будет создана", en="the ticket is created")
_CLOCK = Title(ru="{metric}: {state}", en="{metric}: {state}")
_UNTIL_MESSAGE = Title(
    ru="{metric}: приостановлено, пока не ответит клиент", en="{metric}: paused until the customer answers"
)
_UNTIL_STAFF = Title(
    ru="{metric}: приостановлено; сообщение клиента паузу не снимет",
    en="{metric}: paused; a message of the customer does not end it",
)
_LEVEL = Title(ru="уровень: {level}", en="level: {level}")
_SUPPORT = Title(ru="поддержка: {verdict}", en="support: {verdict}")
_CURATOR = Title(ru="куратор: {curator}", en="curator: {curator}")
_NONE = Title(ru="нет", en="none")
_NOBODY = Title(ru="никто", en="nobody")
_ACTION = Title(ru="действие: {action}", en="action: {action}")
_THRESHOLD = Title(ru="{metric}: порог {threshold}", en="{metric}: threshold {threshold}")


@dataclass(frozen=True, slots=True)
class Turn:
    """What will be different from `at` on; without an instant, what holds until somebody does something."""

    at: Instant | None
    text: str


def turns_ahead(story: Story) -> Iterator[Turn]:
    """Yield what stands still and until when, and the next few changes that people see, in the order in which they come."""
    created = story.ticket.created_at
    if story.decision.at < created:
        yield Turn(created, _CREATED.text(story.language))
    yield from _pauses(story)
    yield from islice(_changes(story), TURNS_TOLD)


def _changes(story: Story) -> Iterator[Turn]:
    for before, after in _decisions(story):
        texts = list(_differences(story, before, after))
        if texts:
            yield Turn(_due_second(before, after), "; ".join(texts))


def _decisions(story: Story) -> Iterator[tuple[Decision, Decision]]:
    """Yield the decision with the one after it, that one with the next, as long as time alone leads from one to the other."""
    decision = story.decision
    later = min((one.at for one in story.ticket.events if one.at > decision.at), default=None)
    for _ in range(_TURNS_TRIED):
        at = decision.next_change_at
        # Looked at from the past, what comes next is what happened, and no longer what would have.
        if at is None or at <= decision.at or (later is not None and at >= later):
            return
        try:
            after = story.decided(story.ticket, at)
        except CalendarError:
            return
        yield decision, after
        decision = after


def told(turn: Turn, story: Story) -> str:
    """Return the turn as a line: a day where it begins with that day, else with the time."""
    if turn.at is None:
        return turn.text
    zone = story.zone
    moment = datetime.fromtimestamp(turn.at, zone)
    begins = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    when = written_day(moment, story.language) if begins else story.moment(turn.at, zone)
    return f"{when}  {turn.text}"


def _due_second(before: Decision, after: Decision) -> Instant:
    """Return the instant to name: a deadline is broken a second after it, and people know it by the deadline."""
    was = {(clock.metric, clock.cycle): clock.state for clock in before.clocks}
    broken = any(
        clock.due_at == after.at - 1
        for clock in after.clocks
        if clock.state is ClockState.OVERDUE and was.get((clock.metric, clock.cycle)) is not ClockState.OVERDUE
    )
    return after.at - 1 if broken else after.at


def _pauses(story: Story) -> Iterator[Turn]:
    """Yield for each clock that stands still whether a message of the customer would set it going."""
    decision = story.decision
    still = [clock for clock in decision.clocks if clock.state is ClockState.PAUSED]
    if not still:
        return
    at = decision.at + 1
    message = Event(at=at, kind=EventKind.MESSAGE, actor=Actor.CUSTOMER, source=story.ticket.source)
    known = [one for one in story.ticket.events if one.at <= decision.at]
    unknown = story.ticket.events[len(known) :]
    answered = story.decided(replace(story.ticket, events=(*known, message, *unknown)), at)
    going = {(one.metric, one.cycle) for one in answered.clocks if one.state is not ClockState.PAUSED}
    for clock in still:
        text = _UNTIL_MESSAGE if (clock.metric, clock.cycle) in going else _UNTIL_STAFF
        yield Turn(None, text.text(story.language).format(metric=story.metric(clock.metric)))


def _differences(story: Story, before: Decision, after: Decision) -> Iterator[str]:
    """Yield what a later decision says differently to people."""
    language = story.language
    if before.level != after.level:
        yield _LEVEL.text(language).format(level=story.level(after.level) if after.level else _NONE.text(language))
    yield from _clocks(story, before, after)
    yield from _checks(story, before, after)
    if before.support.verdict is not after.support.verdict:
        yield _SUPPORT.text(language).format(verdict=VERDICTS[after.support.verdict].text(language))
    if before.customer.curator != after.customer.curator:
        yield _CURATOR.text(language).format(curator=after.customer.curator or _NOBODY.text(language))


def _checks(story: Story, before: Decision, after: Decision) -> Iterator[str]:
    """Yield what checks answer otherwise."""
    stood = {check.id: (check.outcome, check.message) for check in before.support.checks}
    for check in after.support.checks:
        if stood.get(check.id) != (check.outcome, check.message):
            title = story.checks.get(check.id)
            named = title.text(story.language) if title else check.id
            yield check.message or f"{named}: {outcome_title(check.outcome, story.language)}"


def _clocks(story: Story, before: Decision, after: Decision) -> Iterator[str]:
    """Yield clocks that change their state, thresholds that are reached without that, and what is to be done for the ticket."""
    language = story.language
    stood = {(clock.metric, clock.cycle): clock.state for clock in before.clocks}
    changed = set[str]()
    for clock in after.clocks:
        if stood.get((clock.metric, clock.cycle)) is not clock.state:
            changed.add(clock.metric)
            state = STATES[clock.state].text(language)
            yield _CLOCK.text(language).format(metric=story.metric(clock.metric), state=state)
    yield from _actions(story, before, after, changed)


def _actions(story: Story, before: Decision, after: Decision, told: set[str]) -> Iterator[str]:
    """Yield what is to be done from then on: at thresholds of metrics that are not told of yet, and for the ticket."""
    known = {action.key for action in before.actions}
    for action in after.actions:
        id_, metric = owner_and_metric(action)
        told_as = id_ if metric is None else metric
        if action.key not in known and told_as not in told:
            told.add(told_as)
            text = _ACTION if metric is None else _THRESHOLD
            yield text.text(story.language).format(metric=metric and story.metric(metric), threshold=id_, action=id_)
