"""The tree of a condition: leaves joined by `all`, `any` and `not`, and the one function that tests them.

A leaf is one compiled test of one fact, and how to say what it saw.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Trace
from bridge.tickets import Reference

Test = Callable[[Facts], bool]
Answer = Callable[[Facts], bool | None]
"""Whether something holds; None when that cannot be known."""
Getter = Callable[[Facts], object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leaf:
    """One test of one fact.

    `values` is the closed set that an `is` or `not` compares with, for the checks between rules; `single` says that the
    fact has one value at a time, so that two different wanted values exclude each other. `opposite` marks `not`.
    `domain` lists all values the fact can have, where that is known. `reads` names the attributes of `Facts` that `test`
    looks at. `undecided` tells of facts that are no evidence: a silent registry, a version that cannot be read. Then that `test`
    does not hold says nothing.
    """

    path: str
    operator: str
    wanted: object
    at: str
    test: Test
    found: Getter
    reads: Collection[str] = ()
    values: frozenset[str] | None = None
    single: bool = True
    opposite: bool = False
    domain: frozenset[str] | None = None
    undecided: Test | None = None

    def answer(self, facts: Facts) -> bool | None:
        """Return whether the leaf holds; None when that cannot be known."""
        if self.undecided is not None and self.undecided(facts):
            return None
        return self.test(facts)

    def trace(self, facts: Facts, *, negated: bool = False) -> Trace:
        """Return what the leaf saw; under a `not` the operator and the answer are turned round."""
        found = self.found(facts)
        return Trace(
            at=self.at,
            path=self.path,
            operator=turned(self.operator) if negated else self.operator,
            wanted=self.wanted,
            found=found.name if isinstance(found, Reference) else found,
            held=self.test(facts) != negated,
            known=self.undecided is None or not self.undecided(facts),
        )


def turned(operator: str) -> str:
    """Return the name of the operator that holds where this one does not: `not` for `is`, `not contains` for `contains`."""
    if operator in _OPPOSITES:
        return _OPPOSITES[operator]
    return operator.removeprefix("not ") if operator.startswith("not ") else f"not {operator}"


_OPPOSITES = {"is": "not", "not": "is"}


Join = Literal["all", "any", "not"]
"""How a node joins its parts."""


@dataclass(frozen=True, slots=True, eq=False)
class Junction:
    """An inner node of the tree. `not` has one part."""

    join: Join
    parts: tuple["Junction | Leaf", ...]


Tree = Junction | Leaf


def joined(*trees: Tree) -> Tree:
    """Return the tree that holds when all of the given ones hold."""
    return trees[0] if len(trees) == 1 else Junction("all", trees)


def closure(tree: Tree) -> Test:
    """Return one function for the tree."""
    if isinstance(tree, Leaf):
        return tree.test
    parts = tuple(closure(part) for part in tree.parts)
    if tree.join == "not":
        (only,) = parts
        return lambda facts: not only(facts)
    return _all(parts) if tree.join == "all" else _any(parts)


def _all(parts: tuple[Test, ...]) -> Test:
    # A plain loop: `all` over a generator takes half as long again, and every rule of every ticket passes here.
    def holds(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110
            if not part(facts):
                return False
        return True

    return holds


def _any(parts: tuple[Test, ...]) -> Test:
    def holds(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110
            if part(facts):
                return True
        return False

    return holds


def answer_of(tree: Tree, of_leaf: Callable[[Leaf], Answer] = lambda leaf: leaf.answer) -> Answer:
    """Return the function that answers for the tree.

    What cannot be known of one part counts only where it matters: of parts that must all hold one that does not decides, of
    parts of which one must hold one that does. `of_leaf` gives the function of a single leaf.
    """
    if isinstance(tree, Leaf):
        return of_leaf(tree)
    parts = tuple(answer_of(part, of_leaf) for part in tree.parts)
    if tree.join == "not":
        (only,) = parts
        return lambda facts: None if (found := only(facts)) is None else not found
    decisive = tree.join == "any"

    def answer(facts: Facts) -> bool | None:
        found: bool | None = not decisive
        for part in parts:
            one = part(facts)
            if one is decisive:
                return decisive
            found = None if one is None else found
        return found

    return answer


def leaves(tree: Tree) -> list[Leaf]:
    """Return all leaves of a tree."""
    if isinstance(tree, Leaf):
        return [tree]
    return [leaf for part in tree.parts for leaf in leaves(part)]
