"""Rules and dated exceptions compiled, in the order in which they are tried."""

from itertools import combinations

from bridge.files.positions import Path, hint_for
from bridge.policies.agreement.policy import Rule
from bridge.policies.language.conditions.logic import can_both_hold
from bridge.policies.language.conditions.tree import CompiledCondition, compiled, joined
from bridge.policies.language.draft import Draft as Workshop
from bridge.policies.language.models import ExceptionModel, RuleModel

UNNUMBERED = 1_000_001
"""Where rules without a number stand: after all numbered ones."""


def compile_rules(shop: Workshop) -> tuple[Rule, ...]:
    """Return exceptions first, then rules by number, then the others in the order of the file."""
    known: dict[str, Path] = {}
    exceptions = [
        _exception(model, ("exceptions", index), known, shop) for index, model in enumerate(shop.model.exceptions)
    ]
    rules = [_rule(model, ("rules", index), known, shop) for index, model in enumerate(shop.model.rules)]
    _refuse_equal_numbers(rules, known, shop)
    return (*exceptions, *sorted(rules, key=lambda rule: rule.priority))


def _rule(model: RuleModel, path: Path, known: dict[str, Path], shop: Workshop) -> Rule:
    _check(model.id, model.level, path, known, shop)
    if model.valid_from and model.valid_until and model.valid_until < model.valid_from:
        shop.report("bad_value", f"the rule {model.id!r} ends before it begins", (*path, "valid_until"))
    return Rule(
        id=model.id,
        level=model.level,
        when=_when(model, path, shop),
        at=shop.at((*path, "id")),
        priority=model.number or UNNUMBERED,
        valid_from=model.valid_from,
        valid_until=model.valid_until,
    )


def _when(model: RuleModel, path: Path, shop: Workshop) -> CompiledCondition | None:
    """Return the rule's condition, and that of the channels which its level is for."""
    own = shop.optional(model.when, (*path, "when"))
    channels = shop.channels.get(model.level)
    if channels is None:
        return own
    return compiled(channels if own is None else joined(own.tree, channels))


def _exception(model: ExceptionModel, path: Path, known: dict[str, Path], shop: Workshop) -> Rule:
    _check(model.id, model.level, path, known, shop)
    if model.valid_from and model.until < model.valid_from:
        shop.report("bad_value", f"the exception {model.id!r} ends before it begins", (*path, "until"))
    return Rule(
        id=model.id,
        level=model.level,
        when=shop.condition(model.when, (*path, "when")),
        at=shop.at((*path, "id")),
        priority=0,
        valid_from=model.valid_from,
        valid_until=model.until,
        approver=model.approver,
        why=model.reason,
    )


def _check(id_: str, level: str, path: Path, known: dict[str, Path], shop: Workshop) -> None:
    if id_ in known:
        hint = f"it stands first at {shop.at(known[id_])}; give each rule a name of its own"
        shop.report("defined_twice", f"the rule {id_!r} is defined twice", (*path, "id"), hint)
    known.setdefault(id_, (*path, "id"))
    if level not in shop.model.levels:
        shop.report("unknown_level", f"unknown level {level!r}", (*path, "level"), hint_for(level, shop.model.levels))


def _refuse_equal_numbers(rules: list[Rule], known: dict[str, Path], shop: Workshop) -> None:
    """Two files whose rules bear the same number and can both match: which one wins would depend on file names."""
    by_number: dict[int, list[Rule]] = {}
    for rule in rules:
        if rule.priority != UNNUMBERED:
            by_number.setdefault(rule.priority, []).append(rule)
    for number, group in by_number.items():
        for first, second in combinations(group, 2):
            files = first.at.rpartition(":")[0], second.at.rpartition(":")[0]
            if files[0] == files[1] or not can_both_hold(_condition(first), _condition(second)):
                continue
            message = (
                f"the rules {first.id!r} ({first.at}) and {second.id!r} both bear number {number} and can both match"
            )
            hint = "give one of them another number; the lower one is tried first"
            shop.report("equal_numbers", message, known[second.id], hint)


def _condition(rule: Rule) -> CompiledCondition | None:
    return rule.when if isinstance(rule.when, CompiledCondition) else None
