"""What `policy check` says of actions: ids that mean two things, what can never happen, what would close too much."""

from collections.abc import Iterator, Mapping, Sequence

from bridge.decisions import ActionKind
from bridge.errors import Problem, Severity
from bridge.files.positions import Path
from bridge.policies.agreement.actions import ActionDefinition, Happening
from bridge.policies.agreement.policy import ClockDefinition, Revision
from bridge.policies.language.conditions.compiled import as_compiled
from bridge.policies.language.conditions.logic import can_hold, follows
from bridge.policies.language.draft import Draft
from bridge.tickets import Actor, EventKind

LONGEST_ID = 60
"""Characters of an id with actions: keys bear it, with the name of a metric and a number behind it."""


def refuse_equal_ids(revision: Revision, draft: Draft) -> None:
    """Report what two things are called, and ids too long for keys: an action is known by its id for ever."""
    owners: dict[str, str] = {}
    kinds: dict[str, ActionKind] = {}
    for what, id_, path, actions in _owners(revision, draft):
        if not actions:
            continue
        first = owners.get(id_)
        if first is not None and not first == what == _THRESHOLD:
            message = f"{id_!r} names {first} already"
            draft.report("defined_twice", message, path, "give each its own id: actions are known by it")
            continue
        owners[id_] = what
        if len(id_) > LONGEST_ID:
            message = f"the id {id_[:20] + '…'!r} is longer than {LONGEST_ID} characters"
            draft.report("long_id", message, path, "shorten it: keys of actions bear it")
        for action in actions:
            if kinds.setdefault(action.id, action.kind) is not action.kind:
                message = f"{action.id!r} stands for {kinds[action.id]} in one place and for {action.kind} in another"
                draft.report("defined_twice", message, path, "give one of the thresholds another id")


_THRESHOLD, _EVENT, _STEP = "a threshold", "an event", "a step of a reminder"
_POINT = "a point of an obligation"

_Owner = tuple[str, str, Path, Sequence[ActionDefinition]]


def _owners(revision: Revision, draft: Draft) -> Iterator[_Owner]:
    """Yield everything that has actions: what it is, its id, where it stands, what it does."""
    shared = {one.id: index for index, one in enumerate(draft.model.defaults.thresholds)}
    for level in revision.levels.values():
        for row in level.targets:
            for one in row.target.thresholds if row.target is not None else ():
                of_all = row.target is not None and row.target.thresholds is draft.thresholds and one.id in shared
                here: Path = ("defaults", "thresholds", shared[one.id], "id") if of_all else ("levels", level.id)
                yield _THRESHOLD, one.id, here, one.actions
    for index, event in enumerate(revision.events):
        yield _EVENT, event.id, ("events", index, "id"), event.actions
    for obligation in revision.obligations:
        for index, point in enumerate(obligation.warn_at):
            yield _POINT, point.id, ("obligations", obligation.id, "warn_at", index, "id"), point.actions
    for reminder in revision.reminders:
        for index, step in enumerate(reminder.steps):
            yield _STEP, step.id, ("reminders", reminder.id, "steps", index, "id"), step.actions


def action_findings(drafts: Sequence[Draft], revisions: Sequence[Revision]) -> Iterator[Problem]:
    """Yield a warning for each event that can never happen, each closing of tickets that wait for nobody, and clocks that the
    bridge's own letters would stop."""
    for draft, revision in zip(drafts, revisions, strict=True):
        yield from _impossible(revision, draft)
        yield from _not_waiting(revision, draft)
        yield from _own_letters(revision, draft)


def _warning(draft: Draft, code: str, message: str, path: Path, hint: str) -> Problem:
    document = draft.document
    return document.problem(code, message, path=document.narrow(path), hint=hint, severity=Severity.WARNING)


def _impossible(revision: Revision, draft: Draft) -> Iterator[Problem]:
    for index, event in enumerate(revision.events):
        path: Path = ("events", index)
        lacking = _lacking(event.on, revision)
        if lacking:
            what, hint = lacking
            yield _warning(draft, "impossible_event", f"{event.on.value!r} never happens: {what}", (*path, "on"), hint)
        elif not can_hold(as_compiled(event.when)):
            message = f"the event {event.id!r} can never hold: its conditions contradict each other"
            yield _warning(draft, "impossible_event", message, (*path, "when"), "remove one of the conditions")


def _lacking(on: Happening, revision: Revision) -> tuple[str, str] | None:
    """Return what the policy lacks for that to happen, and what to do; None where it lacks nothing."""
    if on is Happening.PROMISE_NEAR and not any(_keeps_promises(one, revision) for one in revision.clocks):
        return "no level has a target with a date promised by hand", "give a level a target for 'resolution'"
    if on is Happening.MISSING_FACTS and all(check.kind != "completeness" for check in revision.checks):
        return "the policy has no check of completeness", "add a check 'kind: completeness'"
    if on is Happening.LEVEL_CHANGED and len(_given(revision)) < _SEVERAL:
        return "the policy gives one level only", "remove the event"
    return None


_SEVERAL = 2


def _keeps_promises(clock: ClockDefinition, revision: Revision) -> bool:
    return clock.promise_field is not None and any(
        row.metric == clock.metric for level in revision.levels.values() for row in level.targets
    )


def _given(revision: Revision) -> set[str]:
    given = {rule.level for rule in revision.rules}
    return given | {one.to for level in revision.levels.values() for one in level.raises}


def _not_waiting(revision: Revision, draft: Draft) -> Iterator[Problem]:
    """Yield a warning for each reminder that closes while its condition may hold for a ticket that waits for no customer."""
    waiting = [
        as_compiled(pause.while_) for clock in revision.clocks for pause in clock.pauses if pause.until_customer_message
    ]
    for reminder in revision.reminders:
        index = next((index for index, step in enumerate(reminder.steps) if _closes(step.actions)), None)
        condition = as_compiled(reminder.while_)
        if not can_hold(condition):
            message = f"the reminder {reminder.id!r} can never hold: its conditions contradict each other"
            path: Path = ("reminders", reminder.id, "while")
            yield _warning(draft, "impossible_event", message, path, "remove one of the conditions")
        elif index is not None and not any(follows(condition, one) for one in waiting):
            message = f"the reminder {reminder.id!r} closes tickets for which no clock waits for the customer"
            place: Path = ("reminders", reminder.id, "while")
            hint = "let 'while' be the condition of a pause that a customer's message ends"
            yield _warning(draft, "closes_unasked", message, place, hint)


def _closes(actions: Sequence[ActionDefinition]) -> bool:
    return any(action.kind is ActionKind.CLOSE for action in actions)


_WRITTEN: Mapping[EventKind, frozenset[ActionKind]] = {
    EventKind.RESPONSE: frozenset({ActionKind.REPLY}),
    EventKind.NOTE: frozenset({ActionKind.NOTE}),
}
"""What the bridge itself adds to a ticket by actions."""


def _own_letters(revision: Revision, draft: Draft) -> Iterator[Problem]:
    """Yield a warning for each clock that an answer of whomever stops, where the bridge itself answers."""
    done = {action.kind for _, _, _, actions in _owners(revision, draft) for action in actions}
    for clock in revision.clocks:
        for pattern in clock.stop:
            own = {kind for kind in pattern.kinds & _WRITTEN.keys() if _WRITTEN[kind] & done}
            if own and (not pattern.actors or Actor.SYSTEM in pattern.actors):
                message = f"letters and notes of the bridge itself stop the clock {clock.metric!r}"
                path: Path = ("clocks", clock.metric, "stop")
                if clock.metric not in draft.model.clocks or draft.model.clocks[clock.metric].stop is None:
                    path = ("defaults", "response")
                yield _warning(draft, "own_answer", message, path, "add 'by: agent' to the event")
                break
