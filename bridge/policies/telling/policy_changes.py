"""What differs between two agreements, in a list that a person can read beside what it does to tickets."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from itertools import pairwise
from types import UnionType
from typing import Any, Optional

from bridge.files.types import Title
from bridge.policies.agreement.policy import (
    Condition,
    Level,
    Point,
    Policy,
    Raise,
    Revision,
    Rule,
    TargetRow,
    Threshold,
)
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.language.conditions.compiled import CompiledCondition, as_compiled
from bridge.policies.language.conditions.facts import operator_title
from bridge.policies.language.conditions.tree import Leaf, Tree, turned
from bridge.policies.outcome.reason import amount_text, point_text
from bridge.policies.telling.titles import fact_title, level_titles, value_title


class Part(StrEnum):
    """What of an agreement differs."""

    EDITION = "edition"
    CALENDAR = "calendar"
    CLOCK = "clock"
    LEVEL = "level"
    TARGET = "target"
    RAISE = "raise"
    RULE = "rule"
    CHECK = "check"
    PORTAL = "portal"
    OTHER = "other"


class How(StrEnum):
    """In which way it differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """One difference: `name` is for people; `before` and `after` say from what to what, where that is short to say."""

    part: Part
    how: How
    name: str
    before: str = ""
    after: str = ""


def policy_changes(current: Policy, candidate: Policy) -> list[PolicyChange]:
    """Return what differs between the latest editions of both, told in the candidate's language; empty for equal ones."""
    return list(_Comparison(current, candidate).changes())


class _Comparison:
    def __init__(self, current: Policy, candidate: Policy) -> None:
        self._policies = current, candidate
        self._language = candidate.language
        self._levels = level_titles(self._policies)

    def changes(self) -> Iterator[PolicyChange]:
        found = list(self._in_order())
        if not found and self._policies[0].digest != self._policies[1].digest:
            found = [PolicyChange(part=Part.OTHER, how=How.CHANGED, name="")]
        yield from found

    def _in_order(self) -> Iterator[PolicyChange]:
        old, new = (policy.revisions[-1] for policy in self._policies)
        if old.valid_from != new.valid_from:
            before, after = (str(one.valid_from or "") for one in (old, new))
            yield PolicyChange(part=Part.EDITION, how=How.CHANGED, name="", before=before, after=after)
        calendars = (policy.calendars for policy in self._policies)
        yield from self._named(Part.CALENDAR, *calendars, told=self._calendar)
        clocks = ({one.metric: one for one in revision.clocks} for revision in (old, new))
        yield from self._named(Part.CLOCK, *clocks, told=lambda one: one.title.text(self._language))
        yield from self._of_levels(old, new)
        yield from self._of_rules(old.rules, new.rules)
        checks = ({one.id: one for one in revision.checks} for revision in (old, new))
        yield from self._named(Part.CHECK, *checks, told=lambda one: str(one.id))
        before, after = (", ".join(policy.portal) for policy in self._policies)
        if before != after:
            how = How.CHANGED if before and after else How.ADDED if after else How.REMOVED
            yield PolicyChange(part=Part.PORTAL, how=how, name="", before=before, after=after)

    def _named(
        self, part: Part, old: Mapping[str, object], new: Mapping[str, object], *, told: Callable[..., str]
    ) -> Iterator[PolicyChange]:
        """Yield what has come, gone, or is not the same any more."""
        for name, one in old.items():
            if name not in new:
                yield PolicyChange(part=part, how=How.REMOVED, name=told(one))
            elif _plain(one) != _plain(new[name]):
                yield PolicyChange(part=part, how=How.CHANGED, name=told(new[name]))
        yield from (
            PolicyChange(part=part, how=How.ADDED, name=told(one)) for name, one in new.items() if name not in old
        )

    def _of_levels(self, old: Revision, new: Revision) -> Iterator[PolicyChange]:
        for name, level in old.levels.items():
            if name not in new.levels:
                yield PolicyChange(part=Part.LEVEL, how=How.REMOVED, name=self._level(name))
                continue
            coming = new.levels[name]
            if _beside_targets(level) != _beside_targets(coming):
                before, after = map(self._titles, (level, coming))
                texts = {"before": before, "after": after} if before != after else {}
                yield PolicyChange(part=Part.LEVEL, how=How.CHANGED, name=self._level(name), **texts)
            yield from self._of_raises(level, coming)
            yield from self._of_targets(level, coming)
        for name in new.levels:
            if name not in old.levels:
                yield PolicyChange(part=Part.LEVEL, how=How.ADDED, name=self._level(name))

    def _of_raises(self, old: Level, new: Level) -> Iterator[PolicyChange]:
        if _plain(old.raises) == _plain(new.raises):
            return
        before, after = ("; ".join(map(self._raise, level.raises)) for level in (old, new))
        how = How.CHANGED if before and after else How.ADDED if after else How.REMOVED
        texts = {"before": before, "after": after} if before != after else {}
        yield PolicyChange(part=Part.RAISE, how=how, name=self._level(new.id), **texts)

    def _of_targets(self, old: Level, new: Level) -> Iterator[PolicyChange]:
        for metric in dict.fromkeys(row.metric for row in (*old.targets, *new.targets)):
            was, comes = ([row for row in level.targets if row.metric == metric] for level in (old, new))
            if _plain(was) != _plain(comes):
                how = How.CHANGED if was and comes else How.ADDED if comes else How.REMOVED
                name = f"{self._level(new.id)}, {self._metric(metric)}"
                before, after = self._told_apart(was, comes)
                yield PolicyChange(part=Part.TARGET, how=how, name=name, before=before, after=after)

    def _told_apart(self, was: Sequence[TargetRow], comes: Sequence[TargetRow]) -> tuple[str, str]:
        """Return both as people read them, in detail where it takes that; empty texts where even so they read alike."""
        for shown in (self._target, self._in_detail):
            before, after = ("; ".join(map(shown, rows)) for rows in (was, comes))
            if before != after:
                return before, after
        return "", ""

    def _of_rules(self, old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[PolicyChange]:
        before, after = ({rule.id: rule for rule in rules} for rules in (old, new))
        for name, rule in before.items():
            if name not in after:
                yield PolicyChange(part=Part.RULE, how=How.REMOVED, name=name, before=self._rule(rule))
            elif _plain(rule) != _plain(after[name]):
                texts = self._rule(rule), self._rule(after[name])
                shown = texts if texts[0] != texts[1] else ("", "")
                yield PolicyChange(part=Part.RULE, how=How.CHANGED, name=name, before=shown[0], after=shown[1])
        for name, rule in after.items():
            if name not in before:
                yield PolicyChange(part=Part.RULE, how=How.ADDED, name=name, after=self._rule(rule))
        yield from (
            PolicyChange(part=Part.RULE, how=How.MOVED, name=name) for name in _moved(list(before), list(after))
        )

    def _calendar(self, calendar: WorkCalendar) -> str:
        return calendar.title.text(self._language) if calendar.title is not None else calendar.id

    def _level(self, name: str) -> str:
        title = self._levels[name].text(self._language) if name in self._levels else name
        twins = sum(one.text(self._language) == title for one in self._levels.values())
        return f"{title} ({name})" if twins > 1 else title

    def _titles(self, level: Level) -> str:
        title = level.title.text(self._language)
        return title if level.short is None else f"{title} [{level.short.text(self._language)}]"

    def _metric(self, name: str) -> str:
        for policy in reversed(self._policies):
            for clock in policy.revisions[-1].clocks:
                if clock.metric == name:
                    return clock.title.text(self._language)
        return name

    def _target(self, row: TargetRow) -> str:
        amount = "–" if row.target is None else amount_text(str(row.target.amount), self._language)
        condition = self._condition(row.when)
        return f"{amount} ({condition})" if condition else amount

    def _in_detail(self, row: TargetRow) -> str:
        if row.target is None:
            return self._target(row)
        told = [self._target(row), self._calendar(row.target.calendar), *map(self._threshold, row.target.thresholds)]
        return ", ".join(told)

    def _threshold(self, threshold: Threshold) -> str:
        told = f"{threshold.id} {self._point(threshold)}"
        if threshold.every is None:
            return told
        again = amount_text(str(threshold.every), self._language)
        return f"{told}, {_AGAIN.text(self._language).format(amount=again, most=threshold.most)}"

    def _point(self, point: Point) -> str:
        share = point.share_basis_points
        return f"{share / 100:g} %" if share is not None else point_text(str(point), self._language)

    def _raise(self, one: Raise) -> str:
        to, metric = self._level(one.to), self._metric(one.metric)
        return _RAISE.text(self._language).format(to=to, point=self._point(one), metric=metric)

    def _rule(self, rule: Rule) -> str:
        condition = self._condition(rule.when)
        level = self._level(rule.level)
        return f"{level}: {condition}" if condition else level

    def _condition(self, condition: Condition | None) -> str:
        known = as_compiled(condition)
        return "" if known is None else self._tree(known.tree, negated=False)

    def _tree(self, tree: Tree, *, negated: bool) -> str:
        if isinstance(tree, Leaf):
            name = turned(tree.operator) if negated else tree.operator
            title = operator_title(name)
            operator = name if title is None else title.text(self._language)
            return f"{fact_title(tree.path, self._language)} {operator} {self._value(tree.path, tree.wanted)}"
        if tree.join == "not":
            return self._tree(tree.parts[0], negated=not negated)
        either = (tree.join == "any") != negated
        word = _OR.text(self._language) if either else "; "
        parts = [self._tree(part, negated=negated) for part in tree.parts]
        return f"({word.join(parts)})" if either else word.join(parts)

    def _value(self, path: str, value: object) -> str:
        if isinstance(value, tuple):
            return _OR.text(self._language).join(self._value(path, one) for one in value)
        if isinstance(value, bool):
            return (_YES if value else _NO).text(self._language)
        return value_title(path, value, self._levels, self._language)


_OR = Title(ru=" или ", en=" or ")
_YES = Title(ru="да", en="yes")
_NO = Title(ru="нет", en="no")
_AGAIN = Title(ru="снова через {amount}, всего до {most} раз", en="again every {amount}, at most {most} times in all")
_RAISE = Title(ru="до «{to}» при {point} («{metric}»)", en="to {to} at {point} of {metric}")


_Run = tuple[str, Optional["_Run"]]


def _moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the rules that others have overtaken, or that have overtaken others: the fewest that explain the new order."""
    places = {name: index for index, name in enumerate(old)}
    common = [name for name in new if name in places]
    if all(places[one] < places[other] for one, other in pairwise(common)):
        return []
    stay = _longest_run(common, places)
    return [name for name in common if name not in stay]


def _longest_run(names: Sequence[str], places: Mapping[str, int]) -> set[str]:
    """Return the most of the names that still stand in the order of their places."""
    # Piles of cards, each with the run below its top card.
    tops, runs = list[int](), list[_Run]()
    for name in names:
        pile = bisect_left(tops, places[name])
        run = name, runs[pile - 1] if pile else None
        tops[pile:], runs[pile:] = [places[name], *tops[pile + 1 :]], [run, *runs[pile + 1 :]]
    stay = set[str]()
    last: _Run | None = runs[-1]
    while last is not None:
        stay.add(last[0])
        last = last[1]
    return stay


_TOLD_APART = frozenset({"targets", "raises", "at"})


def _beside_targets(level: Level) -> object:
    return [(one.name, _plain(getattr(level, one.name))) for one in fields(level) if one.name not in _TOLD_APART]


def _plain(value: object) -> object:
    """Return what a part of an agreement says as something that can be compared: where it stands in a file does not count."""
    for kind, plain in _PLAIN:
        if isinstance(value, kind):
            return plain(value)
    if is_dataclass(value):
        return [(one.name, _plain(getattr(value, one.name))) for one in fields(value) if one.name != "at"]
    return value


_PLAIN: Sequence[tuple[type | UnionType, Callable[[Any], object]]] = (
    (WorkCalendar, lambda calendar: calendar.digest),
    (CompiledCondition, lambda condition: _plain(condition.tree)),
    (Leaf, lambda leaf: (leaf.path, leaf.operator, _plain(leaf.wanted))),
    (Mapping, lambda mapping: sorted((str(key), repr(_plain(one))) for key, one in mapping.items())),
    (frozenset | set, lambda members: sorted(repr(_plain(one)) for one in members)),
    (list | tuple, lambda items: [_plain(one) for one in items]),
)
