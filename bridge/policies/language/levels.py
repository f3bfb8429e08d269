"""Levels compiled: titles, calendars, targets, and what one level takes over from another."""

from dataclasses import dataclass
from typing import Any

from bridge.files.positions import Path, hint_for
from bridge.files.types import LongTitle, Title
from bridge.policies.agreement.metrics import STANDARD_TITLES
from bridge.policies.agreement.policy import Level, TargetRow, Threshold
from bridge.policies.language.actions import thresholds_of
from bridge.policies.language.calendar_choice import CalendarChoice, calendar_choice
from bridge.policies.language.conditions.compiled import compile_tree
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.draft import Draft
from bridge.policies.language.models import CalendarTableModel, LevelModel, TargetModel
from bridge.policies.language.raises import raises_of
from bridge.policies.language.targets import TargetContext, target_rows

_SAID_ONCE = [name for name in LevelModel.model_fields if name not in {"extends", "targets"}]
"""What a level says as a whole; targets are taken over metric by metric."""


@dataclass(frozen=True, slots=True)
class _Inherited:
    """A level with what it takes over from others; `owners` is the id of the level that says each key or target."""

    said: dict[str, Any]
    targets: dict[str, TargetModel]
    owners: dict[str, str]

    def path(self, key: str) -> Path:
        """Return the path of a key, or of a target as `targets.METRIC`, where it is written."""
        return ("levels", self.owners[key], *key.rstrip("_").split("."))

    def says(self, id_: str, key: str) -> bool:
        """Return whether the level of that id says a key itself, and so is told what is wrong with it."""
        return self.owners[key] == id_


def compile_levels(draft: Draft) -> dict[str, Level]:
    """Return all levels of the revision by id, without those that lack a title or a calendar."""
    defaults = draft.model.defaults
    thresholds = thresholds_of(defaults.thresholds, defaults.at_risk, ("defaults", "thresholds"), draft)
    if defaults.calendar is not None:
        calendar_choice(defaults.calendar, ("defaults", "calendar"), draft)
    draft.thresholds = thresholds
    levels = {id_: _level(id_, thresholds, draft) for id_ in draft.model.levels}
    return {id_: level for id_, level in levels.items() if level is not None}


def _level(id_: str, thresholds: tuple[Threshold, ...], draft: Draft) -> Level | None:
    defaults, level, base = draft.model.defaults, _inherited(id_, draft), ("levels", id_)
    title: LongTitle | None = level.said.get("title")
    may_choose = level.said.get("person_may_choose")
    if title is None and _begins(id_, draft):
        draft.report("missing_key", f"the level {id_!r} has no title", base, "add 'title: {ru: …, en: …}'", key=True)
    if "channels" in level.said:
        condition = ConditionModel.model_validate({"channel": list(level.said["channels"])})
        draft.channels[id_] = compile_tree(condition, level.path("channels"), draft)
    _refuse_unknown_metrics(id_, level, draft)
    choice = _calendar(id_, level, draft)
    if choice is None:
        return None
    rows: list[TargetRow] = []
    for metric, target in level.targets.items():
        context = TargetContext(draft, metric, choice, thresholds)
        with draft.told_elsewhere(really=not level.says(id_, f"targets.{metric}")):
            rows += target_rows(target, level.path(f"targets.{metric}"), context)
    if title is None:
        return None
    return Level(
        id=id_,
        title=Title(ru=title.ru, en=title.en),
        short=title.short,
        calendar=choice.usual,
        calendars=choice.table,
        targets=tuple(rows),
        on_entry=level.said.get("on_entry") or defaults.on_entry,
        person_may_choose=defaults.person_may_choose if may_choose is None else may_choose,
        raises=raises_of(level.said["raise_"], level.path("raise_"), draft) if level.said.get("raise_") else (),
        at=draft.at(base),
    )


def _calendar(id_: str, level: _Inherited, draft: Draft) -> CalendarChoice | None:
    """Return the level's calendars, by default those of all levels."""
    own: str | CalendarTableModel | None = level.said.get("calendar")
    if own is not None:
        with draft.told_elsewhere(really=not level.says(id_, "calendar")):
            return calendar_choice(own, level.path("calendar"), draft)
    usual = draft.model.defaults.calendar
    if usual is None:
        lacking = [one for one, level in draft.model.levels.items() if level.calendar is None and _begins(one, draft)]
        if lacking[:1] == [id_]:
            whose = f"the levels {', '.join(map(repr, lacking))} have" if lacking[1:] else f"the level {id_!r} has"
            hint = f"add 'calendar:' to {'each of them' if lacking[1:] else 'it'} or to 'defaults:'"
            draft.report("missing_key", f"{whose} no calendar", ("levels", id_), hint, key=True)
        return None
    with draft.told_elsewhere():
        return calendar_choice(usual, ("defaults", "calendar"), draft)


def _begins(id_: str, draft: Draft) -> bool:
    """Return whether a level takes nothing over: what those that extend it lack as well is told at it alone."""
    return draft.model.levels[id_].extends not in draft.model.levels


def _refuse_unknown_metrics(id_: str, level: _Inherited, draft: Draft) -> None:
    known = {*STANDARD_TITLES, *draft.model.clocks}
    for metric in level.targets:
        if metric not in known and level.says(id_, f"targets.{metric}"):
            path, hint = level.path(f"targets.{metric}"), hint_for(metric, known)
            draft.report("unknown_metric", f"unknown metric {metric!r}", path, hint, key=True)


def _inherited(id_: str, draft: Draft) -> _Inherited:
    """Return the level with what it takes over from others.

    Targets are taken over metric by metric: who shortens the response of an inherited level keeps its resolution.
    """
    found = _Inherited({}, {}, {})
    for name in reversed(_chain(id_, draft)):
        own = draft.model.levels[name]
        said = {key: value for key in _SAID_ONCE if (value := getattr(own, key)) is not None}
        targets = own.targets or {}
        found.said.update(said)
        found.targets.update(targets)
        found.owners.update(dict.fromkeys((*said, *(f"targets.{metric}" for metric in targets)), name))
    return found


def _chain(id_: str, draft: Draft) -> list[str]:
    """Return the level and all that it extends, the nearest first."""
    chain = [id_]
    while (base := draft.model.levels[chain[-1]].extends) is not None:
        path: Path = ("levels", chain[-1], "extends")
        if base not in draft.model.levels:
            if chain == [id_]:
                draft.report("unknown_level", f"unknown level {base!r}", path, hint_for(base, draft.model.levels))
            break
        if base in chain:
            # Every level of a circle comes round to itself: it is told once, at the one that stands first.
            if base == id_ == min(chain, key=list(draft.model.levels).index):
                message = f"the level {id_!r} extends itself: {' → '.join((*chain, base))}"
                draft.report("endless_extends", message, path)
            break
        chain.append(base)
    return chain
