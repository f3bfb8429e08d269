"""Whether the rules say what holds while the registry of customers is silent (EL-11)."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from bridge.customers import Presence
from bridge.decisions import Outcome
from bridge.policies.agreement.policy import CheckDefinition, Rule
from bridge.policies.checks.check_kind import check_kind
from bridge.policies.language.conditions.compiled import CompiledCondition
from bridge.policies.language.conditions.tree import Leaf, Tree
from bridge.tickets import Source


def unheeded_silence(rules: Iterable[Rule], checks: Iterable[CheckDefinition]) -> Rule | None:
    """Return the first rule that needs the registry's answer, when no rule at all heeds its silence.

    Without an answer a rule that asks for a tier, say, holds for nobody, and its customers fall to the rules below it.
    Any rule that looks at the customer's presence, lets a check be unknown, or takes
    only those who fail one, is taken for an answer: the author has thought of it.
    """
    resting = resting_on_registry(checks)
    asking = None
    for rule in rules:
        if isinstance(rule.when, CompiledCondition):
            for leaf, wanted in _leaves(rule.when.tree, wanted=True):
                if _heeds_silence(leaf, resting, wanted=wanted):
                    return None
                if _rests_on_registry(leaf, resting) or (wanted and leaf.path.startswith(("customer.", "breaches"))):
                    asking = asking or rule
    return asking


def channels_of_silence(
    rules: Iterable[Rule], checks: Iterable[CheckDefinition], channels: Mapping[str, frozenset[str]]
) -> tuple[list[Rule], frozenset[str]]:
    """Return the rules that say what holds while the registry is silent, and the channels for which none of them does.

    `channels` are those for which a level is, by level; one that is not named is for all. A channel that no rule at all gives
    a level for is nobody's loss.
    """
    resting = resting_on_registry(checks)
    answering: list[Rule] = []
    answered: set[str] = set()
    served: set[str] = set()
    for rule in rules:
        # Exceptions go beyond the channels of their level.
        own = _ANY if rule.approver else channels.get(rule.level, _ANY)
        served |= own
        if isinstance(rule.when, CompiledCondition) and any(
            _takes_silence(leaf, resting, wanted=wanted) for leaf, wanted in _leaves(rule.when.tree, wanted=True)
        ):
            answering.append(rule)
            answered |= own
    return answering, frozenset(served - answered) if answering else frozenset()


_ANY = frozenset(map(str, Source))


def _takes_silence(leaf: Leaf, resting: AbstractSet[str], *, wanted: bool) -> bool:
    """Return whether the leaf is there for those of whom the registry cannot tell."""
    given = leaf.values or frozenset()
    if leaf.path == "customer.presence":
        return Presence.UNKNOWN in (given if wanted else frozenset(Presence) - given)
    return _rests_on_registry(leaf, resting) and Outcome.UNKNOWN in (given if wanted else frozenset(Outcome) - given)


def resting_on_registry(checks: Iterable[CheckDefinition]) -> frozenset[str]:
    """Return the ids of the checks that are unknown while the registry is silent."""
    found: set[str] = set()
    for one in checks:
        asked = {path.removeprefix("check.") for condition in one.conditions.values() for path in condition.paths}
        if asked & found or check_kind(one.kind).prepared(one).rests_on_registry:
            found.add(one.id)
    return frozenset(found)


def _heeds_silence(leaf: Leaf, resting: AbstractSet[str], *, wanted: bool) -> bool:
    if not _rests_on_registry(leaf, resting):
        return leaf.path == "customer.presence"
    given = leaf.values or frozenset()
    taken = given if wanted else frozenset(Outcome) - given
    return Outcome.UNKNOWN in taken or Outcome.PASS not in taken


def _rests_on_registry(leaf: Leaf, resting: AbstractSet[str]) -> bool:
    head, _, name = leaf.path.partition(".")
    return head == "check" and name in resting


def _leaves(tree: Tree, *, wanted: bool) -> Iterator[tuple[Leaf, bool]]:
    """Yield every leaf with whether its values are wanted, or excluded by an odd number of `not`."""
    if isinstance(tree, Leaf):
        yield tree, wanted != (tree.operator == "not")
        return
    for part in tree.parts:
        yield from _leaves(part, wanted=wanted != (tree.join == "not"))
