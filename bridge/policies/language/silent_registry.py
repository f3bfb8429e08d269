"""Whether the rules say what holds while the registry of customers is silent (EL-11)."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from bridge.decisions import Outcome
from bridge.policies.agreement.policy import CheckDefinition, Rule
from bridge.policies.checks.check_kind import check_kind
from bridge.policies.language.conditions.compiled import CompiledCondition
from bridge.policies.language.conditions.tree import Leaf, Tree


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
                if _rests_on_registry(leaf, resting) or (wanted and leaf.path.startswith("customer.")):
                    asking = asking or rule
    return asking


def resting_on_registry(checks: Iterable[CheckDefinition]) -> frozenset[str]:
    """Return the ids of the checks that are unknown while the registry is silent."""
    return frozenset(one.id for one in checks if check_kind(one.kind).prepared(one).rests_on_registry)


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
