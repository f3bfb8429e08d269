"""A condition as alternatives: each is a list of claims about single facts, and one alternative is enough for it to hold."""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.policies.language.conditions.comparable import as_text
from bridge.policies.language.conditions.tree import Leaf, Tree

_MOST = 256
"""Alternatives of one condition that are still looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A leaf that must hold, or must not.

    `fact` is what it is about; whether there is a value at all is a fact of its own. `asks` is equal for claims whose leaves
    ask the same. The fact is one of `inside`, or none of `outside`; both are None for a leaf without a closed set.
    `allowed` are all values that the claim leaves to a fact of one value at a time, None where they cannot be listed.
    """

    leaf: Leaf
    wanted: bool
    fact: str
    asks: tuple[str, str, frozenset[str]]
    inside: frozenset[str] | None
    outside: frozenset[str] | None
    allowed: frozenset[str] | None

    @classmethod
    def of(cls, leaf: Leaf, *, wanted: bool) -> "Claim":
        """Return the claim that the leaf holds, or that it does not."""
        within = wanted != leaf.opposite
        inside = leaf.values if within else None
        outside = None if within else leaf.values
        return cls(
            leaf=leaf,
            wanted=wanted,
            fact=f"{leaf.path} set" if leaf.operator == "set" else leaf.path,
            asks=(leaf.path, leaf.operator, frozenset(str(as_text(word)) for word in words_of(leaf.wanted))),
            inside=inside,
            outside=outside,
            allowed=_allowed(leaf, inside, outside),
        )

    def implies(self, other: "Claim") -> bool:
        """Return True only when `other` is certainly true where this claim is."""
        if self.fact != other.fact:
            return False
        return (self.wanted == other.wanted and self.asks == other.asks) or self._lies_in(other)

    def _lies_in(self, other: "Claim") -> bool:
        """Return whether every value that this claim's closed set leaves is left by the other's."""
        if other.inside is not None:
            return self.inside is not None and self.inside <= other.inside
        if other.outside is None or not (self.leaf.single and other.leaf.single):
            return False
        if self.inside is not None:
            return not self.inside & other.outside
        return self.outside is not None and other.outside <= self.outside


def _allowed(leaf: Leaf, inside: frozenset[str] | None, outside: frozenset[str] | None) -> frozenset[str] | None:
    if not leaf.single:
        return leaf.domain
    if inside is not None:
        return inside if leaf.domain is None else inside & leaf.domain
    return leaf.domain if leaf.domain is None or outside is None else leaf.domain - outside


def words_of(wanted: object) -> tuple[object, ...]:
    """Return what a leaf wants as a tuple."""
    return wanted if isinstance(wanted, tuple) else (wanted,)


Alternative = tuple[Claim, ...]


def alternatives(tree: Tree, *, wanted: bool) -> list[Alternative] | None:
    """Return the alternatives that make the tree hold, or (not wanted) that keep it from holding.

    None when there are too many to look at.
    """
    if isinstance(tree, Leaf):
        return [(Claim.of(tree, wanted=wanted),)]
    if tree.join == "not":
        return alternatives(tree.parts[0], wanted=not wanted)
    parts = (alternatives(part, wanted=wanted) for part in tree.parts)
    return _either(parts) if (tree.join == "any") == wanted else _together(parts)


def _either(parts: Iterator[list[Alternative] | None]) -> list[Alternative] | None:
    found: list[Alternative] = []
    for part in parts:
        if part is None or len(found) + len(part) > _MOST:
            return None
        found.extend(part)
    return found


def _together(parts: Iterator[list[Alternative] | None]) -> list[Alternative] | None:
    product: list[Alternative] = [()]
    for part in parts:
        if part is None or len(product) * len(part) > _MOST:
            return None
        product = [(*left, *right) for left in product for right in part]
    return product
