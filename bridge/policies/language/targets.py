"""Targets compiled: amounts, ordered rows and tables in any depth, flattened into the rows that are tried one by one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from bridge.files.positions import Path, describe, hint_for
from bridge.policies.agreement.policy import Target, TargetRow, Threshold
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.language.conditions.compiled import compiled
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.tree import Tree, joined
from bridge.policies.language.draft import Draft, thresholds_of
from bridge.policies.language.models import OTHERWISE, TargetModel

_BY: dict[str, Path] = {
    **{name: (name,) for name in ("priority", "status", "department", "topic", "channel", "language")},
    **{name: ("customer", name) for name in ("category", "tier", "presence")},
    "organization": ("organization", "name"),
}
"""What a table may go by, and where that stands in a condition."""

_BY_NAME: dict[str, Path] = {"fields": ("fields",), "attributes": ("customer", "attributes")}
"""The same for `fields.NAME` and `attributes.NAME`, where the name follows."""

BY = "|".join((*_BY, *(rf"{head}\..+" for head in _BY_NAME)))
"""The pattern of what a table may go by, for editors."""


@dataclass(frozen=True, slots=True)
class TargetContext:
    """What all rows of one metric of one level share."""

    draft: Draft
    metric: str
    calendar: WorkCalendar
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
        yield from _table(model.by, model.of, path, context, outer)
    else:
        when = compiled(joined(*outer)) if outer else None
        target = _target(model, path, context)
        yield TargetRow(metric=context.metric, when=when, target=target, at=context.draft.at(path))


def _target(model: TargetModel, path: Path, context: TargetContext) -> Target | None:
    """Return the target of an amount, None for none on purpose."""
    if model.amount is None:
        return None
    draft, calendar, thresholds = context.draft, context.calendar, context.thresholds
    if model.calendar is not None:
        calendar = draft.own_calendar(model.calendar, (*path, "calendar")) or calendar
    if model.thresholds is not None:
        thresholds = thresholds_of(model.thresholds, None, (*path, "thresholds"), draft)
    if model.amount.value == 0:
        draft.report("bad_value", "a target of no time is due at once", path, "write 'none' for no target")
    return Target(amount=model.amount, calendar=calendar, thresholds=thresholds)


def _table(
    by: str, of: Mapping[str, TargetModel], path: Path, context: TargetContext, outer: tuple[Tree, ...]
) -> Iterator[TargetRow]:
    where = _property(by, path, context.draft)
    if where is None:
        return
    cells = [(_words(key), key) for key in of]
    _refuse_doubles(cells, path, context.draft)
    for words, key in cells:
        here = (*path, "of", key)
        if not _otherwise(words):
            tree = _cell_condition(where, words, here, context.draft)
            if tree is not None:
                yield from target_rows(of[key], here, context, (*outer, tree))
    # Last, wherever it stands, and the last of several; values named beside it are among all the others.
    for key in [key for words, key in cells if _otherwise(words)][-1:]:
        yield from target_rows(of[key], (*path, "of", key), context, outer)


def _words(key: str) -> list[str]:
    return [word.strip() for word in key.split(",") if word.strip()]


def _otherwise(words: list[str]) -> bool:
    return OTHERWISE in map(str.casefold, words)


def _refuse_doubles(cells: list[tuple[list[str], str]], path: Path, draft: Draft) -> None:
    seen: set[str] = set()
    for words, key in cells:
        for word in words:
            if word.casefold() in seen:
                message = f"{word!r} stands twice in the table"
                draft.report("defined_twice", message, (*path, "of", key), key=True)
            seen.add(word.casefold())


def _property(by: str, path: Path, draft: Draft) -> Path | None:
    """Return where the property that a table goes by stands in a condition."""
    head, _, name = by.partition(".")
    if by in _BY:
        return _BY[by]
    if name and head in _BY_NAME:
        if head == "fields" and name not in draft.fields:
            draft.unknown_field(name, (*path, "by"))
            return None
        return (*_BY_NAME[head], name)
    hint = hint_for(by, {*_BY, "fields.NAME", "attributes.NAME"})
    if by in draft.fields:
        hint = f"did you mean 'fields.{by}'?"
    draft.report("unknown_property", f"{by!r} is nothing a table can go by", (*path, "by"), hint)
    return None


def _cell_condition(where: Path, words: list[str], path: Path, draft: Draft) -> Tree | None:
    wanted: object = words
    for name in reversed(where):
        wanted = {name: wanted}
    try:
        model = ConditionModel.model_validate(wanted)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            choices = re.findall(r"'([^']*)'", str(one.get("ctx", {}).get("expected", "")))
            message = f"{describe(one['input'])} is not allowed here"
            draft.report("not_allowed", message, path, hint_for(str(one["input"]), choices), key=True)
        return None
    return draft.tree(model, path)
