"""Levels raised by time, compiled, and what would make them go wrong refused."""

from collections.abc import Iterator, Mapping, Sequence

from bridge.files.positions import Path, hint_for
from bridge.policies.agreement.metrics import STANDARD_TITLES
from bridge.policies.agreement.policy import ClockDefinition, Level, OnEntry, Raise, Rule
from bridge.policies.clocks.plans import ClockPlan
from bridge.policies.language.draft import Draft
from bridge.policies.language.models import RaiseModel
from bridge.policies.language.thresholds import parse_point


def raises_of(models: Sequence[RaiseModel], path: Path, draft: Draft) -> tuple[Raise, ...]:
    """Return the raises of a list at `path`; levels that do not exist are told."""
    found: list[Raise] = []
    for index, model in enumerate(models):
        here = (*path, index)
        if model.to not in draft.model.levels:
            hint = hint_for(model.to, draft.model.levels)
            draft.report("unknown_level", f"unknown level {model.to!r}", (*here, "to"), hint)
        point = parse_point(model.at)
        found.append(
            Raise(
                to=model.to,
                metric=model.metric,
                share_basis_points=point.share_basis_points,
                before=point.before,
                after=point.after,
                unconfirmed=model.unconfirmed,
                at=draft.at(here),
            )
        )
    return tuple(found)


def refuse_bad_raises(
    levels: Mapping[str, Level], rules: Sequence[Rule], clocks: Sequence[ClockDefinition], draft: Draft
) -> None:
    """Report every raise that could never begin, would undo itself at once, or goes where only staff may send a ticket."""
    reactions = {clock.metric for clock in clocks if ClockPlan(clock, -1).is_reaction}
    staffs = _given_by_staff(rules)
    known = {*STANDARD_TITLES, *draft.model.clocks}
    told: set[frozenset[str]] = set()
    for level in levels.values():
        own = draft.model.levels[level.id].raise_ is not None
        for index, one in enumerate(level.raises):
            path: Path = ("levels", level.id, "raise", index) if own else ("levels", level.id, "extends")
            circle = _circle(level.id, one.to, levels)
            if circle and frozenset(circle) not in told:
                told.add(frozenset(circle))
                chain = " → ".join((*circle, circle[0]))
                hint = "a level is raised upwards only; 'raise: []' in a level takes over none of the one it extends"
                draft.report("endless_raise", f"time would raise a ticket in a circle: {chain}", path, hint)
            if own and one.metric not in known:
                hint = hint_for(one.metric, known)
                draft.report("unknown_metric", f"unknown metric {one.metric!r}", (*path, "metric"), hint)
            elif own and one.to in levels:
                for code, message, hint in _faults(level, one, levels[one.to], reactions, staffs):
                    draft.report(code, message, path, hint)


def _faults(
    level: Level, one: Raise, to: Level, reactions: set[str], staffs: set[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield code, message and hint of all that is wrong with a raise by itself."""
    metric = one.metric
    if not _measures(level, metric):
        message = f"the level {level.id!r} has no target for {metric!r}, so that clock never comes to {one}"
        yield "raise_unmeasured", message, "name a metric that the level has a target for"
    elif not _measures(to, metric):
        message = (
            f"the level {to.id!r} has no target for {metric!r}: the clock that raised the ticket would be called off"
        )
        yield "raise_unmeasured", message, f"give {to.id!r} a target for {metric!r}, or name another metric"
    if metric in reactions and to.on_entry is OnEntry.NEW_CYCLE:
        message = f"entering {to.id!r} begins {metric!r} anew, which would end the cycle that the raise lasts for"
        yield "raise_undone", message, "raise by another metric, or to a level with 'on_entry: keep_elapsed'"
    if to.id in staffs and not one.unconfirmed:
        message = f"the level {to.id!r} is for staff to confirm: no rule gives it without one of their fields"
        yield "raise_unconfirmed", message, "raise to another level, or add 'unconfirmed: true'"


def _measures(level: Level, metric: str) -> bool:
    return any(row.metric == metric and row.target is not None for row in level.targets)


def _given_by_staff(rules: Sequence[Rule]) -> set[str]:
    """Return the levels that no rule gives without a field of staff; who approved an exception decided for his case only."""
    open_to_all = {rule.level for rule in rules if not rule.needs_staff and not rule.approver}
    return {rule.level for rule in rules} - open_to_all


def _circle(start: str, to: str, levels: Mapping[str, Level]) -> tuple[str, ...]:
    """Return the levels of a circle of raises that begins with this one, empty where there is none."""
    waiting: list[tuple[str, ...]] = [(start, to)]
    seen: set[str] = set()
    while waiting:
        way = waiting.pop()
        last = way[-1]
        if last == start:
            return way[:-1]
        if last in levels and last not in seen:
            seen.add(last)
            waiting.extend((*way, one.to) for one in levels[last].raises)
    return ()
