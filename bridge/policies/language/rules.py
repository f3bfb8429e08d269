"""Rules and dated exceptions compiled, in the order in which they are tried."""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import cast

from bridge.files.positions import Path, hint_for
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Rule
from bridge.policies.language.conditions.compiled import CompiledCondition, as_compiled, compiled
from bridge.policies.language.conditions.index import ConditionIndex
from bridge.policies.language.conditions.tree import Leaf, Tree, joined
from bridge.policies.language.draft import STANDARD_INPUTS, Draft
from bridge.policies.language.models import ExceptionModel, RuleModel

UNNUMBERED = 1_000_001
"""Where rules without a number stand: after all numbered ones."""


def compile_rules(draft: Draft) -> tuple[Rule, ...]:
    """Return exceptions first, then rules by number, then the others in the order of the file."""
    known: dict[str, Path] = {}
    exceptions = [
        _exception(model, ("exceptions", index), known, draft) for index, model in enumerate(draft.model.exceptions)
    ]
    rules = [_rule(model, ("rules", index), known, draft) for index, model in enumerate(draft.model.rules)]
    _refuse_equal_numbers(rules, known, draft)
    return (*exceptions, *sorted(rules, key=lambda rule: rule.priority))


def _rule(model: RuleModel, path: Path, known: dict[str, Path], draft: Draft) -> Rule:
    _check(model.id, model.level, path, known, draft)
    if model.valid_from and model.valid_until and model.valid_until < model.valid_from:
        draft.report("bad_value", f"the rule {model.id!r} ends before it begins", (*path, "valid_until"))
    when = _when(model, path, draft)
    return Rule(
        id=model.id,
        level=model.level,
        when=when,
        needs_staff=when is not None and _holds_without_staff(when.tree, draft) is False,
        at=draft.at((*path, "id")),
        priority=model.number or UNNUMBERED,
        valid_from=model.valid_from,
        valid_until=model.valid_until,
    )


def _when(model: RuleModel, path: Path, draft: Draft) -> CompiledCondition | None:
    """Return the rule's condition, and that of the channels which its level is for."""
    own = draft.optional(model.when, (*path, "when"))
    channels = draft.channels.get(model.level)
    if channels is None:
        return own
    return compiled(channels if own is None else joined(own.tree, channels))


_UNTOUCHED = cast("Facts", SimpleNamespace(fields={}))
"""A ticket on which staff set nothing."""


def _holds_without_staff(tree: Tree, draft: Draft) -> bool | None:
    """Return whether the tree holds while staff set none of their fields; None where that depends on something else."""
    if isinstance(tree, Leaf):
        name = tree.path.removeprefix("fields.")
        is_theirs = name != tree.path and (name in STANDARD_INPUTS or name in draft.model.inputs)
        return tree.test(_UNTOUCHED) if is_theirs else None
    parts = [_holds_without_staff(part, draft) for part in tree.parts]
    if tree.join == "not":
        return None if parts[0] is None else not parts[0]
    decisive = tree.join == "any"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _exception(model: ExceptionModel, path: Path, known: dict[str, Path], draft: Draft) -> Rule:
    _check(model.id, model.level, path, known, draft)
    if model.valid_from and model.until < model.valid_from:
        draft.report("bad_value", f"the exception {model.id!r} ends before it begins", (*path, "until"))
    return Rule(
        id=model.id,
        level=model.level,
        when=draft.condition(model.when, (*path, "when")),
        at=draft.at((*path, "id")),
        priority=0,
        valid_from=model.valid_from,
        valid_until=model.until,
        approver=model.approver,
        why=model.reason,
    )


def _check(id_: str, level: str, path: Path, known: dict[str, Path], draft: Draft) -> None:
    if id_ in known:
        hint = f"it stands first at {draft.at(known[id_])}; give each rule a name of its own"
        draft.report("defined_twice", f"the rule {id_!r} is defined twice", (*path, "id"), hint)
    known.setdefault(id_, (*path, "id"))
    if level not in draft.model.levels:
        draft.report("unknown_level", f"unknown level {level!r}", (*path, "level"), hint_for(level, draft.model.levels))


def _refuse_equal_numbers(rules: list[Rule], known: dict[str, Path], draft: Draft) -> None:
    """Two files whose rules bear the same number and can both match: which one wins would depend on file names."""
    if len({_file(rule) for rule in rules}) < 2:
        return
    for first, second in overlapping_pairs(rule for rule in rules if rule.priority != UNNUMBERED):
        if _file(first) != _file(second):
            number = second.priority
            message = (
                f"the rules {first.id!r} ({first.at}) and {second.id!r} both bear number {number} and can both match"
            )
            hint = "give one of them another number; the lower one is tried first"
            draft.report("equal_numbers", message, known[second.id], hint)


def _file(rule: Rule) -> str:
    return rule.at.rpartition(":")[0]


def overlapping_pairs(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Yield the pairs of rules that bear the same number and can hold together."""
    by_number: dict[int, list[Rule]] = {}
    for rule in rules:
        by_number.setdefault(rule.priority, []).append(rule)
    for group in by_number.values():
        index = ConditionIndex()
        for rule in group:
            index.add(as_compiled(rule.when))
        for place, rule in enumerate(group):
            later = (number for number in index.overlapping(as_compiled(rule.when)) if number > place)
            yield from ((rule, group[number]) for number in later)
