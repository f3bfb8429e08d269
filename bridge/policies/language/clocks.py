"""Metrics compiled: the standard ones with a policy's changes, and its own, with contradictions refused."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bridge.files.positions import Path, hint_for
from bridge.files.types import Title
from bridge.policies.agreement.metrics import DEFAULT_ANSWER, STANDARD_TITLES, standard_clock
from bridge.policies.agreement.policy import ClockDefinition, EventPattern, Level, Pause
from bridge.policies.language.conditions.compiled import as_compiled, compile_tree, compiled
from bridge.policies.language.conditions.logic import can_both_hold, follows
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.tree import Junction
from bridge.policies.language.draft import STANDARD_INPUTS, Draft, events_of, pauses_of
from bridge.policies.language.models import ClockModel
from bridge.tickets import EventKind

_CLOSED = EventPattern(kinds=frozenset({EventKind.CLOSED}))
_EVENTS = ("start", "stop", "resume", "reset", "cancel")
_AS_WRITTEN = ("title", "on_reopen", "needs_answer", "off_while_closed", "closing_finishes", "restart_on_stop")


def compile_clocks(draft: Draft, levels: Iterable[Level]) -> tuple[ClockDefinition, ...]:
    """Return the clocks that some level has a target for, and every clock that the policy writes down."""
    defaults = draft.model.defaults
    response = events_of(defaults.response, ("defaults", "response"), draft) or DEFAULT_ANSWER
    pauses = pauses_of(defaults.pauses, ("defaults", "pauses"), draft)
    wanted = dict.fromkeys(row.metric for level in levels for row in level.targets)
    wanted.update(dict.fromkeys(draft.model.clocks))
    found = (_clock(metric, response, pauses, draft) for metric in wanted)
    clocks = tuple(clock for clock in found if clock is not None)
    _refuse_pauses_of_none(clocks, draft)
    return clocks


def _clock(
    metric: str, response: tuple[EventPattern, ...], pauses: tuple[Pause, ...], draft: Draft
) -> ClockDefinition | None:
    """Return the clock of a metric; None for one that is unknown, or that lacks what it needs."""
    model = draft.model.clocks.get(metric)
    if metric not in STANDARD_TITLES:
        base = None if model is None else _own(metric, model, pauses, draft)
    else:
        base = standard_clock(metric, response=response, on_reopen=draft.model.defaults.on_reopen)
        base = replace(base, pauses=pauses)
    if metric == "ownership" and base is not None:
        # Whose it is must be said: its events follow from the departments that the policy names.
        base, model = replace(base, start=(), stop=()), model or ClockModel()
    if base is None or model is None:
        return base
    return _changed(metric, model, base, draft)


def _changed(metric: str, model: ClockModel, base: ClockDefinition, draft: Draft) -> ClockDefinition:
    path: Path = ("clocks", metric)
    if metric == "ownership":
        base = _ownership(model, base, path, draft)
    elif model.department is not None:
        draft.report("not_allowed", "'department' belongs to the metric 'ownership'", (*path, "department"))
    clock = replace(base, **_changes(model, path, draft))
    _refuse_contradictions(clock, path, draft)
    return clock


def _changes(model: ClockModel, path: Path, draft: Draft) -> dict[str, Any]:
    said: dict[str, Any] = {name: value for name in _AS_WRITTEN if (value := getattr(model, name)) is not None}
    for name in _EVENTS:
        events = getattr(model, name)
        if events is not None:
            said[name] = events_of(events, (*path, name), draft)
    if model.applies is not None:
        said["applies"] = draft.condition(model.applies, (*path, "applies"))
    if model.pauses is not None:
        said["pauses"] = pauses_of(model.pauses, (*path, "pauses"), draft)
    if model.promise is not None:
        inputs = {*STANDARD_INPUTS, *draft.model.inputs}
        if model.promise not in inputs:
            hint = hint_for(model.promise, inputs)
            draft.report("unknown_field", f"{model.promise!r} is no agents' field", (*path, "promise"), hint)
        said["promise_field"] = model.promise
    return said


def _own(metric: str, model: ClockModel, pauses: tuple[Pause, ...], draft: Draft) -> ClockDefinition | None:
    """Return the bare definition of a metric of the policy's own."""
    missing = [name for name in ("title", "start", "stop") if getattr(model, name) is None]
    if missing:
        message = f"the metric {metric!r} lacks {', '.join(map(repr, missing))}"
        hint = "a metric of your own needs title, start and stop"
        draft.report("missing_key", message, ("clocks", metric), hint, key=True)
        return None
    on_reopen = draft.model.defaults.on_reopen
    title = Title(ru=metric, en=metric)
    return ClockDefinition(metric=metric, title=title, start=(), stop=(), pauses=pauses, on_reopen=on_reopen)


def _ownership(model: ClockModel, base: ClockDefinition, path: Path, draft: Draft) -> ClockDefinition:
    """Return the clock that runs while one of the departments has the ticket."""
    if model.department is None:
        if model.start is None or model.stop is None:
            hint = "add 'department: [names]', or 'start' and 'stop'"
            place = path if path[1] in draft.model.clocks else _first_target("ownership", draft)
            draft.report("missing_key", "'ownership' does not say whose", place, hint, key=True)
        return base
    place = (*path, "department")
    tree = compile_tree(ConditionModel.model_validate({"department": list(model.department)}), path, draft)
    inside, outside = compiled(tree), compiled(Junction("not", (tree,)))
    moves = frozenset({EventKind.DEPARTMENT})
    begins = frozenset({EventKind.CREATED, EventKind.DEPARTMENT})
    draft.trees[place] = tree
    return replace(
        base,
        start=(EventPattern(kinds=begins, when=inside),),
        stop=(EventPattern(kinds=moves, when=outside), _CLOSED),
    )


def _first_target(metric: str, draft: Draft) -> Path:
    owner = next(id_ for id_, level in draft.model.levels.items() if metric in (level.targets or {}))
    return ("levels", owner, "targets", metric)


def _refuse_contradictions(clock: ClockDefinition, path: Path, draft: Draft) -> None:
    if not clock.restart_on_stop:
        for start in clock.start:
            for stop in clock.stop:
                if _inside(start, stop):
                    kinds = ", ".join(sorted(start.kinds))
                    message = f"every event that starts {clock.metric!r} stops it at once ({kinds})"
                    draft.report("start_inside_stop", message, path, "make 'start' or 'stop' narrower", key=True)


def _refuse_pauses_of_none(clocks: Iterable[ClockDefinition], draft: Draft) -> None:
    """Refuse pauses that cannot hold while their clock applies; one that all clocks have is told once, where it stands."""
    useless: dict[Path, list[str]] = {}
    for clock in clocks:
        model, applies = draft.model.clocks.get(clock.metric), as_compiled(clock.applies)
        owner = ("defaults",) if model is None or model.pauses is None else ("clocks", clock.metric)
        for index, pause in enumerate(clock.pauses):
            if applies is not None and not can_both_hold(applies, as_compiled(pause.while_)):
                useless.setdefault((*owner, "pauses", index), []).append(repr(clock.metric))
    for path, metrics in useless.items():
        message = f"the pause can never hold while {' or '.join(metrics)} applies"
        draft.report("pause_outside_applies", message, path, "remove it, or widen 'applies'")


def _inside(start: EventPattern, stop: EventPattern) -> bool:
    """Return whether every event that fits `start` fits `stop` too."""
    return (
        start.kinds <= stop.kinds
        and (not stop.actors or (bool(start.actors) and start.actors <= stop.actors))
        and (not stop.sources or (bool(start.sources) and start.sources <= stop.sources))
        and (stop.field is None or start.field == stop.field)
        and follows(as_compiled(start.when), as_compiled(stop.when))
    )
