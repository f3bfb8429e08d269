"""Targets compiled: amounts, ordered rows and tables in any depth, flattened into the rows that are tried one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.files.positions import Path
from bridge.policies.agreement.policy import Target, TargetRow, Threshold
from bridge.policies.language.actions import thresholds_of
from bridge.policies.language.calendar_choice import CalendarChoice, calendar_choice
from bridge.policies.language.conditions.compiled import compiled
from bridge.policies.language.conditions.tree import Tree, joined
from bridge.policies.language.draft import Draft
from bridge.policies.language.models import TargetModel
from bridge.policies.language.tables import table_cells


@dataclass(frozen=True, slots=True)
class TargetContext:
    """What all rows of one metric of one level share."""

    draft: Draft
    metric: str
    calendar: CalendarChoice
    thresholds: tuple[Threshold, ...]


def target_rows(
    model: TargetModel, path: Path, context: TargetContext, outer: tuple[Tree, ...] = ()
) -> Iterator[TargetRow]:
    """Yield the rows of a target in the order they are tried; `outer` are the conditions of the tables around it."""
    if model.rows is not None:
        for index, row in enumerate(model.rows):
            here = (*path, index)
            inner = outer if row.when is None else (*outer, context.draft.tree(row.when, (*here, "when")))
            yield from target_rows(row.target, (*here, "target"), context, inner)
    elif model.by is not None and model.of is not None:
        for tree, key in table_cells(model.by, model.of, path, context.draft):
            inner = outer if tree is None else (*outer, tree)
            yield from target_rows(model.of[key], (*path, "of", key), context, inner)
    else:
        when = compiled(joined(*outer)) if outer else None
        target = _target(model, path, context)
        yield TargetRow(metric=context.metric, when=when, target=target, at=context.draft.at(path))


def _target(model: TargetModel, path: Path, context: TargetContext) -> Target | None:
    """Return the target of an amount, None for none on purpose."""
    if model.amount is None:
        return None
    draft, choice, thresholds = context.draft, context.calendar, context.thresholds
    if model.calendar is not None:
        choice = calendar_choice(model.calendar, (*path, "calendar"), draft) or choice
    if model.thresholds is not None:
        thresholds = thresholds_of(model.thresholds, None, (*path, "thresholds"), draft)
    if model.amount.value == 0:
        draft.report("bad_value", "a target of no time is due at once", path, "write 'none' for no target")
    return Target(amount=model.amount, calendar=choice.usual, thresholds=thresholds, calendars=choice.table)
