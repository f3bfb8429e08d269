"""A condition as `decide` runs it, and what would have to change for it to hold."""

from dataclasses import dataclass, replace
from functools import cached_property

from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Condition, Trace
from bridge.policies.language.conditions.alternatives import Alternative, alternatives
from bridge.policies.language.conditions.tree import Leaf, Test, Tree, closure, leaves, turned


@dataclass(frozen=True, eq=False)
class CompiledCondition:
    """A condition as `decide` runs it: `test` is the bare closure, `tree` what it was built from.

    `reads` names the attributes of `Facts` that the answer depends on, so that a replay may skip what cannot have
    changed.
    """

    test: Test
    tree: Tree
    reads: frozenset[str]

    def trace(self, facts: Facts) -> tuple[Trace, ...]:
        """Return every leaf with the value found, in the order of the file."""
        return tuple(_traces(self.tree, facts, negated=False))

    @cached_property
    def alternatives(self) -> list[Alternative] | None:
        """Return the alternatives that make it hold; None when there are too many to look at."""
        return alternatives(self.tree, wanted=True)

    @cached_property
    def escapes(self) -> list[Alternative] | None:
        """Return the alternatives that keep it from holding; None when there are too many to look at."""
        return alternatives(self.tree, wanted=False)


def compiled(tree: Tree) -> CompiledCondition:
    """Return the condition of a tree."""
    return CompiledCondition(closure(tree), tree, frozenset().union(*(leaf.reads for leaf in leaves(tree))))


def as_compiled(condition: Condition | None) -> CompiledCondition | None:
    """Return the condition where it was built from a tree; None, as for no condition, where nothing is known of it."""
    return condition if isinstance(condition, CompiledCondition) else None


def _traces(tree: Tree, facts: Facts, *, negated: bool) -> list[Trace]:
    if isinstance(tree, Leaf):
        return [tree.trace(facts, negated=negated)]
    flipped = negated != (tree.join == "not")
    return [trace for part in tree.parts for trace in _traces(part, facts, negated=flipped)]


def smallest_change(condition: Condition, facts: Facts) -> tuple[Trace, ...]:
    """Return the fewest leaves that would have to change for the condition to hold; empty when it holds already.

    This answers "why not a better level": the first of them is the first condition that failed.
    """
    if condition.test(facts):
        return ()
    if isinstance(condition, CompiledCondition):
        return tuple(_missing(condition.tree, facts, negated=False))
    return tuple(trace for trace in condition.trace(facts) if not trace.held)


def smallest_refusal(condition: Condition, facts: Facts) -> tuple[Trace, ...]:
    """Return the fewest leaves whose change ends that the condition holds; empty when it does not hold anyway.

    They are told the way they stand in the file.
    """
    if not condition.test(facts):
        return ()
    if not isinstance(condition, CompiledCondition):
        return tuple(trace for trace in condition.trace(facts) if trace.held)
    return tuple(_turned(trace) for trace in _missing(condition.tree, facts, negated=True))


def _turned(trace: Trace) -> Trace:
    """Return a leaf seen under a `not` the other way round."""
    return replace(trace, operator=turned(trace.operator), held=not trace.held)


def _missing(tree: Tree, facts: Facts, *, negated: bool) -> list[Trace]:
    """Return the leaves to change so that the tree holds (or, negated, so that it does not)."""
    if isinstance(tree, Leaf):
        trace = tree.trace(facts, negated=negated)
        return [] if trace.held else [trace]
    if tree.join == "not":
        return _missing(tree.parts[0], facts, negated=not negated)
    parts = [_missing(part, facts, negated=negated) for part in tree.parts]
    every = (tree.join == "all") != negated
    if every:
        return [trace for part in parts for trace in part]
    return min(parts, key=len)
