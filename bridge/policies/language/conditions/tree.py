"""The tree of a condition: leaves joined by `all`, `any` and `not`, and the one function that tests them."""

from dataclasses import dataclass
from enum import StrEnum

from bridge.policies.agreement.facts import Facts
from bridge.policies.language.conditions.leaf import Leaf, Test


class Join(StrEnum):
    """How a node joins its parts."""

    ALL = "all"
    ANY = "any"
    NOT = "not"


@dataclass(frozen=True, slots=True, eq=False)
class Junction:
    """An inner node of the tree. `not` has one part."""

    join: Join
    parts: tuple["Junction | Leaf", ...]


Tree = Junction | Leaf


def joined(*trees: Tree) -> Tree:
    """Return the tree that holds when all of the given ones hold."""
    return trees[0] if len(trees) == 1 else Junction(Join.ALL, trees)


def closure(tree: Tree) -> Test:
    """Return one function for the tree."""
    if isinstance(tree, Leaf):
        return tree.test
    parts = tuple(closure(part) for part in tree.parts)
    if tree.join is Join.NOT:
        (only,) = parts
        return lambda facts: not only(facts)
    return _all(parts) if tree.join is Join.ALL else _any(parts)


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


def leaves(tree: Tree) -> list[Leaf]:
    """Return all leaves of a tree."""
    if isinstance(tree, Leaf):
        return [tree]
    return [leaf for part in tree.parts for leaf in leaves(part)]
