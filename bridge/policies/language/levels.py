"""Levels compiled: titles, calendars, and targets flattened into ordered rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.files.positions import Path, describe, hint_for
from bridge.policies.agreement.metrics import STANDARD_TITLES
from bridge.policies.agreement.policy import Level, Target, TargetRow, Threshold
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.language.conditions.compile import compile_tree
from bridge.policies.language.conditions.model import Condition as ConditionModel
from bridge.policies.language.conditions.tree import Tree, compiled, joined
from bridge.policies.language.draft import Draft, thresholds_of
from bridge.policies.language.models import OTHERWISE, LevelModel, TargetModel

_BY: dict[str, Path] = {
    "priority": ("priority",),
    "status": ("status",),
    "department": ("department",),
    "topic": ("topic",),
    "channel": ("channel",),
    "language": ("language",),
    "category": ("customer", "category"),
    "tier": ("customer", "tier"),
    "presence": ("customer", "presence"),
    "organization": ("organization", "name"),
}
"""What a table may go by, and where that stands in a condition."""

_PARTS = [part for part in LevelModel.model_fields if part not in {"extends", "targets"}]
"""What a level says once; targets are joined by metric."""


def compile_levels(draft: Draft) -> dict[str, Level]:
    """Return all levels of the revision by id."""
    levels: dict[str, Level] = {}
    defaults = draft.model.defaults
    thresholds = thresholds_of(defaults.thresholds, defaults.at_risk, ("defaults", "thresholds"), draft.report)
    if defaults.calendar is not None:
        draft.calendar(defaults.calendar, ("defaults", "calendar"))
    for id_ in draft.model.levels:
        model, home = _inherited(id_, draft)
        base: Path = ("levels", id_)
        if model.title is None:
            draft.report(
                "missing_key", f"the level {id_!r} has no title", base, "add 'title: {ru: …, en: …}'", key=True
            )
            continue
        if model.channels is not None:
            condition = ConditionModel.model_validate({"channel": list(model.channels)})
            draft.channels[id_] = compile_tree(condition, (*home["channels"], "channels"), draft.scope)
        name = model.calendar or defaults.calendar
        if name is None:
            hint = "add 'calendar:' to it or to 'defaults:'"
            draft.report("missing_key", f"the level {id_!r} has no calendar", base, hint, key=True)
            continue
        if model.calendar is not None:
            calendar = draft.calendar(name, (*home["calendar"], "calendar"))
        else:
            calendar = draft.calendars.get(name)
            draft.used_calendars.add(name)
        rows: list[TargetRow] = []
        for metric, target in (model.targets or {}).items():
            path = (*home[f"targets.{metric}"], "targets", metric)
            if metric not in STANDARD_TITLES and metric not in draft.model.clocks:
                hint = hint_for(metric, {*STANDARD_TITLES, *draft.model.clocks})
                draft.report("unknown_metric", f"unknown metric {metric!r}", path, hint, key=True)
            if calendar is not None:
                rows.extend(_rows(target, path, (), _Context(draft, metric, calendar, thresholds)))
        if calendar is None:
            continue
        levels[id_] = Level(
            id=id_,
            title=model.title,
            calendar=calendar,
            targets=tuple(rows),
            on_entry=model.on_entry or defaults.on_entry,
            person_may_choose=defaults.person_may_choose
            if model.person_may_choose is None
            else model.person_may_choose,
            at=draft.at(base),
        )
    return levels


def _inherited(id_: str, draft: Draft) -> tuple[LevelModel, dict[str, Path]]:
    """Return the level with what it takes from others, and the path of the level that says each part.

    Targets are taken over metric by metric: who shortens the response of an inherited level keeps its resolution.
    """
    chain = [id_]
    model = draft.model.levels[id_]
    while model.extends is not None:
        path: Path = ("levels", chain[-1], "extends")
        if model.extends not in draft.model.levels:
            draft.report(
                "unknown_level", f"unknown level {model.extends!r}", path, hint_for(model.extends, draft.model.levels)
            )
            break
        if model.extends in chain:
            draft.report(
                "endless_extends", f"the level {id_!r} extends itself: {' → '.join((*chain, model.extends))}", path
            )
            break
        chain.append(model.extends)
        model = draft.model.levels[model.extends]
    parts: dict[str, Any] = {}
    targets: dict[str, TargetModel] = {}
    home: dict[str, Path] = {}
    for name in reversed(chain):
        own = draft.model.levels[name]
        said = {part: value for part in _PARTS if (value := getattr(own, part)) is not None}
        parts.update(said)
        targets.update(own.targets or {})
        home.update(dict.fromkeys((*said, *(f"targets.{metric}" for metric in own.targets or {})), ("levels", name)))
    return LevelModel.model_construct(**{**dict.fromkeys(_PARTS), **parts, "targets": targets}), home


@dataclass(frozen=True, slots=True)
class _Context:
    """What all rows of one metric of one level share."""

    draft: Draft
    metric: str
    calendar: WorkCalendar
    thresholds: tuple[Threshold, ...]


def _rows(model: TargetModel, path: Path, outer: tuple[Tree, ...], context: _Context) -> Iterator[TargetRow]:
    """Yield the rows of a target in the order they are tried; `outer` are the conditions of the tables around it."""
    draft = context.draft
    if model.rows is not None:
        for index, row in enumerate(model.rows):
            here = (*path, index)
            inner = outer
            if row.when is not None:
                tree = compile_tree(row.when, (*here, "when"), draft.scope)
                draft.trees[(*here, "when")] = tree
                inner = (*outer, tree)
            yield from _rows(row.target, (*here, "target"), inner, context)
        return
    if model.by is not None and model.of is not None:
        yield from _table(model.by, model.of, path, outer, context)
        return
    target = None
    if model.amount is not None:
        calendar = context.calendar
        if model.calendar is not None:
            calendar = draft.calendar(model.calendar, (*path, "calendar")) or calendar
        thresholds = context.thresholds
        if model.thresholds is not None:
            thresholds = thresholds_of(model.thresholds, None, (*path, "thresholds"), draft.report)
        if model.amount.value == 0:
            draft.report("bad_value", "a target of no time is due at once", path, "write 'none' for no target")
        target = Target(amount=model.amount, calendar=calendar, thresholds=thresholds)
    when = compiled(joined(*outer)) if outer else None
    yield TargetRow(metric=context.metric, when=when, target=target, at=draft.at(path))


def _table(
    by: str, of: Mapping[str, TargetModel], path: Path, outer: tuple[Tree, ...], context: _Context
) -> Iterator[TargetRow]:
    draft = context.draft
    place = _BY.get(by)
    head, _, name = by.partition(".")
    if place is None and name:
        place = {"fields": ("fields", name), "attributes": ("customer", "attributes", name)}.get(head)
    if place is None:
        hint = hint_for(by, {*_BY, "fields.NAME", "attributes.NAME"})
        if by in draft.scope.fields:
            hint = f"did you mean 'fields.{by}'?"
        draft.report("unknown_property", f"{by!r} is nothing a table can go by", (*path, "by"), hint)
        return
    otherwise: tuple[TargetModel, Path] | None = None
    seen: set[str] = set()
    for key, cell in of.items():
        here = (*path, "of", key)
        words = [word.strip() for word in key.split(",") if word.strip()]
        for word in words:
            if word.casefold() in seen:
                draft.report("defined_twice", f"{word!r} stands twice in the table", here, key=True)
            seen.add(word.casefold())
        if OTHERWISE in map(str.casefold, words):
            # Last, wherever it stands; values named beside it are among all the others.
            otherwise = (cell, here)
            continue
        tree = _cell_condition(place, words, here, draft)
        if tree is not None:
            yield from _rows(cell, here, (*outer, tree), context)
    if otherwise is not None:
        yield from _rows(*otherwise, outer, context)


def _cell_condition(place: Path, words: list[str], path: Path, draft: Draft) -> Tree | None:
    wanted: object = words
    for part in reversed(place):
        wanted = {part: wanted}
    try:
        model = ConditionModel.model_validate(wanted)
    except ValueError:
        allowed = (
            "partner, commercial, noncommercial, unregistered" if "category" in place else "the values of a condition"
        )
        draft.report(
            "not_allowed", f"{describe(', '.join(words))} is not allowed here", path, f"allowed: {allowed}", key=True
        )
        return None
    tree = compile_tree(model, path, draft.scope)
    draft.trees[path] = tree
    return tree
