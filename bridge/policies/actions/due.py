"""All that is due to be done for a ticket at an instant, each under its key, without what the helpdesk knows of already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.decisions import Action
from bridge.policies.actions.happenings import Happened, Levels, Past, judged_facts
from bridge.policies.actions.keys import clock_key, ticket_key
from bridge.policies.actions.params import Desk
from bridge.policies.actions.variables import Subject
from bridge.policies.actions.waiting import needed_key, steps_due, waits
from bridge.policies.agreement.actions import ActionDefinition, EventActions, Reminder
from bridge.policies.agreement.policy import Policy, Revision
from bridge.policies.clocks.in_force import Rulebook, Terms
from bridge.policies.clocks.replay import DELETED_STATE
from bridge.policies.clocks.verdicts import Acting, Verdicts
from bridge.policies.outcome.basis import Basis
from bridge.tickets import Instant


@dataclass(slots=True)
class Due:
    """What is due to be done: `expected` are the instants at which time alone changes that, `warnings` say what was left out."""

    actions: list[Action] = field(default_factory=list)
    expected: list[Instant] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def due_actions(basis: Basis, verdicts: Verdicts, levels: Levels, addresses: Mapping[str, str] | None) -> Due:
    """Return what is due at the instant of a decision. `levels` are those that the ticket has had, `addresses` those of people
    inside by the words for them, such as `manager`."""
    if _is_out(basis):
        return Due()
    collector = _Collector(basis, verdicts, addresses)
    for acting in verdicts.acting:
        collector.threshold(acting)
    if basis.rulebook.acts:
        past = Past(basis, levels)
        for terms in _terms(basis.rulebook, basis.timeline.steps[0].at, basis.now):
            for event in terms.events:
                collector.event(event, past, terms)
            for reminder in terms.reminders if not basis.facts.closed else ():
                collector.reminder(reminder, terms)
    due = collector.due
    due.actions.sort(key=lambda action: action.not_before)
    due.warnings = collector.desk.warnings
    return due


def declared_actions(policy: Policy) -> dict[str, str]:
    """Return every action that the policy declares: kinds by ids, as a helpdesk has to know them."""
    return {action.id: action.kind.value for action in definitions(policy)}


def definitions(policy: Policy) -> Iterator[ActionDefinition]:
    """Yield every action that the policy declares, those about obligations behind those of tickets."""
    for revision in policy.revisions:
        for actions in _declared(revision):
            yield from actions
    yield from owed_definitions(policy)


def owed_definitions(policy: Policy) -> Iterator[ActionDefinition]:
    """Yield every action about obligations, which belongs to no ticket."""
    for revision in policy.revisions:
        for obligation in revision.obligations:
            for point in obligation.warn_at:
                yield from point.actions


def due_on_trial(basis: Basis, verdicts: Verdicts, addresses: Mapping[str, str] | None, action_id: str) -> Due:
    """Return one action as if it were due, to be looked at; nothing where the policy declares none of that id."""
    collector = _Collector(basis, verdicts, addresses)
    cycle = next(iter(basis.active), None)
    for revision in reversed(basis.rulebook.policy.revisions):
        subjects = {
            action.id: Subject(cycle=cycle, reminder=one, waits_since=basis.now)
            for one in revision.reminders
            for step in one.steps
            for action in step.actions
        }
        for action in (one for actions in _declared(revision) for one in actions if one.id == action_id):
            subject = subjects.get(action_id, Subject(cycle=cycle))
            # Nothing bears this number, so that what has been done long ago can be looked at as well.
            collector.offer(action, ticket_key(action_id, 0), basis.now, subject)
            return collector.due
    return collector.due


def _declared(revision: Revision) -> Iterator[Sequence[ActionDefinition]]:
    for level in revision.levels.values():
        targets = (row.target for row in level.targets if row.target is not None)
        yield from (threshold.actions for target in targets for threshold in target.thresholds)
    yield from (event.actions for event in revision.events)
    yield from (step.actions for reminder in revision.reminders for step in reminder.steps)


def _is_out(basis: Basis) -> bool:
    """Return whether nothing is done for the ticket any more: merged away, deleted, or brought in closed from elsewhere."""
    timeline, facts = basis.timeline, basis.facts
    merged = timeline.merged_at is not None and timeline.merged_at <= basis.now
    brought = basis.ticket.imported and timeline.initial["closed"] and facts.closed and not facts.reopened_count
    return merged or facts.status.state == DELETED_STATE or bool(brought)


def _terms(rulebook: Rulebook, since: Instant, until: Instant) -> Iterator[Terms]:
    """Yield the terms between two instants, one for each revision of the policy."""
    revisions: list[Terms] = []
    for terms in rulebook.all_terms[rulebook.at(since) : rulebook.at(until) + 1]:
        if not any(_same(terms, one) for one in revisions):
            revisions.append(terms)
            yield terms


def _same(one: Terms, other: Terms) -> bool:
    return one.events is other.events and one.reminders is other.reminders


class _Collector:
    """Takes in what has come about, and makes actions of it."""

    def __init__(self, basis: Basis, verdicts: Verdicts, addresses: Mapping[str, str] | None) -> None:
        self.basis = basis
        self.due = Due()
        self.desk = Desk(basis, verdicts, addresses)
        self._known = {one.key for one in basis.ticket.bridge.actions}

    def threshold(self, acting: Acting) -> None:
        """Take in a threshold that an open cycle has reached."""
        cycle = acting.cycle
        subject = Subject(cycle=cycle)
        for action in acting.threshold.actions:
            key = clock_key(action.id, cycle.plan.metric, cycle.number, acting.time)
            self.offer(action, key, acting.at, subject)

    def event(self, event: EventActions, past: Past, terms: Terms) -> None:
        """Take in what the event answers, if that has happened under these terms; expect it where time alone brings it."""
        happened = past.happened(event)
        if happened is None or not _same(self.basis.rulebook.terms_at(happened.at), terms):
            return
        if happened.at > self.basis.now:
            self.due.expected.append(happened.at)
            return
        ends = happened.at + event.within.value
        if self.basis.now < ends and self._holds(event, happened, past):
            subject = Subject()
            offered = [
                self.offer(action, ticket_key(action.id, happened.number), happened.at, subject, ends=ends)
                for action in event.actions
            ]
            if any(offered):
                self.due.expected.append(ends)

    def _holds(self, event: EventActions, happened: Happened, past: Past) -> bool:
        if all(ticket_key(action.id, happened.number) in self._known for action in event.actions):
            return False
        return event.when is None or event.when.test(past.facts_at(happened.at))

    def reminder(self, reminder: Reminder, terms: Terms) -> None:
        """Take in the steps of the time that the ticket waits now, if it began under these terms."""
        basis = self.basis
        found = waits(basis.timeline, judged_facts(basis), reminder.while_, basis.now)
        if not found or found[-1].end is not None or not _same(basis.rulebook.terms_at(found[-1].start), terms):
            return
        wait = found[-1]
        steps, following = steps_due(wait, reminder, reminder.calendar, basis.ticket.bridge.actions, basis.now)
        if following is not None:
            self.due.expected.append(following)
        subject = Subject(reminder=reminder, waits_since=wait.start)
        for step, at in steps:
            for action in step.actions:
                needs = needed_key(step, reminder, wait.number)
                self.offer(action, ticket_key(action.id, wait.number), at, subject, needs=needs)

    def offer(
        self,
        action: ActionDefinition,
        key: str,
        at: Instant,
        subject: Subject,
        *,
        ends: Instant | None = None,
        needs: str | None = None,
    ) -> bool:
        """Add an action that the helpdesk does not know of; return whether it was added."""
        if key in self._known:
            return False
        params = self.desk.params(action, subject, needs=needs)
        if params is None:
            return False
        self.due.actions.append(
            Action(key=key, id=action.id, kind=action.kind, params=params, not_before=at, not_after=ends)
        )
        return True
