"""Actions compiled: those of thresholds, of events and of the steps of waiting."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bridge.decisions import ActionKind
from bridge.files.positions import Path, hint_for
from bridge.policies.agreement.actions import CUSTOMER, ActionDefinition, EventActions, Reminder, ReminderStep
from bridge.policies.agreement.policy import Threshold
from bridge.policies.calendar.amounts import Amount
from bridge.policies.language.action_models import EmailModel, EventActionsModel, ReminderModel, ReplyModel, keys_of
from bridge.policies.language.draft import Draft
from bridge.policies.language.owed_letter_models import OwedEmailModel
from bridge.policies.language.thresholds import ThresholdModel, parse_point

WITHIN = Amount.parse("3d")
"""How long after it happened something is still worth a letter, where the policy does not say."""


def definitions_of(owner: str, actions: Iterable[tuple[str, Any]]) -> tuple[ActionDefinition, ...]:
    """Return what an owner does, in its order, from pairs of key and value. An action alone bears the id of its owner; of
    several each has its kind behind it, and a number where that comes again."""
    pairs = list(actions)
    seen = Counter[str]()
    found = []
    for kind, value in pairs:
        seen[kind] += 1
        id_ = owner if len(pairs) == 1 else f"{owner}.{kind}"
        found.append(
            _KINDS[ActionKind(kind)](id_ if seen[kind] == 1 else f"{id_}.{seen[kind]}", ActionKind(kind), value)
        )
    return tuple(found)


def _spoken(id_: str, kind: ActionKind, value: Any) -> ActionDefinition:
    if isinstance(value, EmailModel | OwedEmailModel):
        return ActionDefinition(id=id_, kind=kind, to=value.to, subject=value.subject, text=value.text)
    if isinstance(value, ReplyModel):
        return ActionDefinition(id=id_, kind=kind, subject=value.subject, text=value.text)
    return ActionDefinition(id=id_, kind=kind, text=value)


def _named(id_: str, kind: ActionKind, value: str) -> ActionDefinition:
    return ActionDefinition(id=id_, kind=kind, name=value)


_SPEAKING = frozenset({ActionKind.NOTE, ActionKind.REPLY, ActionKind.EMAIL})
_KINDS: Mapping[ActionKind, Callable[[str, ActionKind, Any], ActionDefinition]] = {
    kind: _spoken if kind in _SPEAKING else _named for kind in ActionKind
}


def thresholds_of(
    models: tuple[ThresholdModel, ...], at_risk: str | None, path: Path, draft: Draft
) -> tuple[Threshold, ...]:
    """Return the compiled thresholds; `at_risk` is the short form that adds one of that name."""
    short = [] if at_risk is None else [ThresholdModel(id="at_risk", at=at_risk, at_risk=True)]
    found: list[Threshold] = []
    for index, model in enumerate((*short, *models), -len(short)):
        if any(model.id == one.id for one in found):
            draft.report("defined_twice", f"the threshold {model.id!r} is defined twice", (*path, index, "id"))
        point = parse_point(model.at)
        actions = definitions_of(model.id, (pair for action in model.actions for pair in keys_of(action)))
        found.append(
            Threshold(
                id=model.id,
                share_basis_points=point.share_basis_points,
                before=point.before,
                after=point.after,
                at_risk=model.at_risk,
                every=model.every,
                most=model.most or 1,
                actions=actions,
            )
        )
    return tuple(found)


def compile_events(draft: Draft) -> tuple[EventActions, ...]:
    """Return what is done when something happens."""
    return tuple(_event(model, ("events", index), draft) for index, model in enumerate(draft.model.events))


def _event(model: EventActionsModel, path: Path, draft: Draft) -> EventActions:
    calendar = None if model.calendar is None else draft.own_calendar(model.calendar, (*path, "calendar"))
    pairs = (pair for action in model.actions for pair in keys_of(action))
    return EventActions(
        id=model.id,
        on=model.on,
        when=draft.optional(model.when, (*path, "when")),
        before=model.before,
        calendar=calendar,
        within=model.within or WITHIN,
        actions=definitions_of(model.id, pairs),
    )


def compile_reminders(draft: Draft) -> tuple[Reminder, ...]:
    """Return the reminders; one whose calendar nobody knows is left out, and told."""
    found = []
    for id_, model in draft.model.reminders.items():
        path: Path = ("reminders", id_)
        missing = "the reminder does not say in which calendar its steps count"
        calendar = draft.own_or_usual_calendar(model.calendar, path, missing)
        condition = draft.condition(model.while_, (*path, "while"))
        _refuse_unknown_needs(model, path, draft)
        if calendar is not None:
            found.append(Reminder(id=id_, while_=condition, calendar=calendar, steps=_steps(model)))
    return tuple(found)


def _steps(model: ReminderModel) -> tuple[ReminderStep, ...]:
    return tuple(
        ReminderStep(
            id=step.id,
            after=step.after,
            needs=step.needs,
            needs_gap=step.needs_gap,
            actions=definitions_of(step.id, keys_of(step)),
        )
        for step in model.steps
    )


def _refuse_unknown_needs(model: ReminderModel, path: Path, draft: Draft) -> None:
    """Report needs that name no earlier step with a letter to the customer."""
    reminding: list[str] = []
    for index, step in enumerate(model.steps):
        if step.needs is not None and step.needs not in reminding:
            names = {one.id for one in model.steps}
            hint = hint_for(step.needs, reminding) if reminding else "put a step with 'reply' before it"
            message = f"the reminder has no step {step.needs!r}"
            if step.needs in names:
                message = f"the step {step.needs!r} sends no letter to the customer before {step.id!r}"
            draft.report("unknown_step", message, (*path, "steps", index, "needs"), hint)
        if step.reply is not None or (step.email is not None and CUSTOMER in step.email.to):
            reminding.append(step.id)
