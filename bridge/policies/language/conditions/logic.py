"""What can be said about conditions without a ticket: can two of them hold together, does one follow from another.

Conditions are turned into alternatives of leaves. The answers are careful: `can_both_hold` says no, and `follows` says
yes, only when that is certain; a condition that would need too many alternatives is left undecided.
"""

from collections.abc import Iterable
from functools import lru_cache

from bridge.customers import Presence
from bridge.policies.language.conditions import predicates
from bridge.policies.language.conditions.leaf import Leaf
from bridge.policies.language.conditions.tree import CompiledCondition, Join, Tree

_MOST = 256
"""Alternatives of one condition that are still looked at."""

_LEFT = 24
"""What a list of conditions may leave in pieces before it is too scattered to tell."""

_STEPS = 200
"""Joined alternatives that one question may look at; it bounds what a policy of hundreds of rules costs to check."""

Literal = tuple[Leaf, bool]
"""A leaf and whether it must hold (True) or not."""
Alternative = tuple[Literal, ...]


def alternatives(tree: Tree | None) -> list[Alternative] | None:
    """Return the alternatives of leaves that make the tree hold; None when there are too many to look at."""
    if tree is None:
        return [()]
    return _expand(tree, wanted=True)


@lru_cache(maxsize=4096)
def _expand(tree: Tree, *, wanted: bool) -> list[Alternative] | None:
    if isinstance(tree, Leaf):
        return [((tree, wanted),)]
    if tree.join is Join.NOT:
        return _expand(tree.parts[0], wanted=not wanted)
    parts = [_expand(part, wanted=wanted) for part in tree.parts]
    if (tree.join is Join.ANY) == wanted:
        found: list[Alternative] = []
        for part in parts:
            if part is None or len(found) + len(part) > _MOST:
                return None
            found.extend(part)
        return found
    product: list[Alternative] = [()]
    for part in parts:
        if part is None or len(product) * len(part) > _MOST:
            return None
        product = [(*left, *right) for left in product for right in part]
    return product


def possible(alternative: Alternative) -> bool:
    """Return whether the leaves of the alternative leave any value for every fact."""
    facts: dict[str, list[Literal]] = {}
    for literal in alternative:
        facts.setdefault(_fact(literal[0]), []).append(literal)
    left = {name: _values_left(literals) for name, literals in facts.items()}
    if any(values is not None and not values for values in left.values()):
        return False
    category, presence = left.get("customer.category"), left.get("customer.presence")
    unclear = frozenset({Presence.UNKNOWN, Presence.AMBIGUOUS})
    # A registry that knows whether it knows the customer also knows his category.
    return not (category == frozenset({""}) and presence is not None and not presence & unclear)


def _values_left(literals: list[Literal]) -> frozenset[str] | None:
    """Return the values a fact may still have; None when that is not known."""
    for index, (leaf, wanted) in enumerate(literals):
        if any(wanted != also and _test(leaf) == _test(other) for other, also in literals[index + 1 :]):
            return frozenset()
    ranges = [found for literal in literals if literal[0].single and (found := _range(literal)) is not None]
    inside = [values for held, values in ranges if held]
    domains = [leaf.domain for leaf, _ in literals if leaf.domain is not None]
    if not inside and not domains:
        return None
    return frozenset.intersection(*inside, *domains).difference(*(values for held, values in ranges if not held))


def left_over(
    condition: CompiledCondition | None, others: Iterable[CompiledCondition | None]
) -> list[Alternative] | None:
    """Return what `condition` covers and none of `others` does, shortest first; empty when nothing is left.

    None when it would take too many steps to tell. With None as the condition: what the others leave of everything.
    """
    start = alternatives(condition.tree if condition else None)
    if start is None:
        return None
    left = [alternative for alternative in start if possible(alternative)]
    steps = 0
    for other in others:
        if other is None:
            return []
        escapes = _expand(other.tree, wanted=False)
        if escapes is None:
            return None
        steps += len(left) * len(escapes)
        if steps > _STEPS or len(left) > _LEFT:
            return None
        left = _shortest([joined for one in left for escape in escapes if possible(joined := _merged(one, escape))])
    return left


def _merged(one: Alternative, other: Alternative) -> Alternative:
    """Return both alternatives together without saying anything twice."""
    return (*one, *(literal for literal in other if not any(_implies(mine, literal) for mine in one)))


def _shortest(found: list[Alternative]) -> list[Alternative]:
    """Return the alternatives without those that only narrow another one."""
    kept: list[Alternative] = []
    for alternative in sorted(found, key=len):
        if not any(_covered(alternative, other) for other in kept):
            kept.append(alternative)
    return kept


def told(alternative: Alternative) -> str:
    """Return an alternative in words: `customer.category is none of commercial, partner; topic is Consulting`."""
    said: dict[str, list[str]] = {}
    for literal in alternative:
        head, words = _told(literal)
        said.setdefault(head, []).extend(word for word in words if word not in said.get(head, []))
    return "; ".join(_sentence(head, words) for head, words in said.items()) or "any ticket"


def _told(literal: Literal) -> tuple[str, list[str]]:
    """Return what is said, and the words it is said of; several of the same head are said together."""
    leaf, wanted = literal
    words = [str(predicates.as_text(word)) for word in _words(leaf.wanted)]
    found = _range(literal)
    if found is None:
        return f"{leaf.path} {'' if wanted else 'not '}{leaf.operator}", words
    inside, _ = found
    if leaf.operator == "set":
        return f"{leaf.path} is {'' if inside == bool(leaf.wanted) else 'not '}set", []
    return f"{leaf.path} is{'' if inside else ' not'}", words


def _sentence(head: str, words: list[str]) -> str:
    if len(words) > 1 and head.endswith((" is", " is not")):
        head = f"{head.removesuffix(' not')} none of" if head.endswith("not") else f"{head} one of"
    return f"{head} {', '.join(words)}".strip()


def _words(wanted: object) -> tuple[object, ...]:
    return wanted if isinstance(wanted, tuple) else (wanted,)


def can_hold(condition: CompiledCondition | None) -> bool:
    """Return False only when the condition contradicts itself."""
    if condition is None:
        return True
    found = alternatives(condition.tree)
    return found is None or any(possible(alternative) for alternative in found)


def can_both_hold(first: CompiledCondition | None, second: CompiledCondition | None) -> bool:
    """Return False only when the two conditions can never hold together."""
    left = alternatives(first.tree if first else None)
    right = alternatives(second.tree if second else None)
    if left is None or right is None:
        return True
    return any(possible((*one, *other)) for one in left for other in right)


def follows(narrow: CompiledCondition | None, wide: CompiledCondition | None) -> bool:
    """Return True only when `wide` holds whenever `narrow` does."""
    if wide is None:
        return True
    if narrow is None:
        return False
    left, right = alternatives(narrow.tree), alternatives(wide.tree)
    if left is None or right is None:
        return False
    return all(any(_covered(alternative, other) for other in right) for alternative in left if possible(alternative))


def _covered(alternative: Alternative, other: Alternative) -> bool:
    return all(any(_implies(mine, theirs) for mine in alternative) for theirs in other)


def _range(literal: Literal) -> tuple[bool, frozenset[str]] | None:
    """Return (inside, values): the fact is one of the values, or none of them; None for a leaf without a closed set."""
    leaf, wanted = literal
    if leaf.values is None:
        return None
    return wanted != leaf.opposite, leaf.values


@lru_cache(maxsize=4096)
def _fact(leaf: Leaf) -> str:
    """Return which fact the leaf looks at; whether there is a value at all is a fact of its own."""
    return f"{leaf.path} set" if leaf.operator == "set" else leaf.path


@lru_cache(maxsize=4096)
def _test(leaf: Leaf) -> tuple[str, str, frozenset[str]]:
    """Return what the leaf asks; equal for leaves that ask the same."""
    return leaf.path, leaf.operator, frozenset(str(predicates.as_text(word)) for word in _words(leaf.wanted))


def _implies(first: Literal, second: Literal) -> bool:  # noqa: PLR0911 - a table of cases
    if _fact(first[0]) != _fact(second[0]):
        return False
    if first[1] == second[1] and _test(first[0]) == _test(second[0]):
        return True
    left, right = _range(first), _range(second)
    if left is None or right is None:
        return False
    (inside, values), (other_inside, others) = left, right
    if inside and other_inside:
        return values <= others
    if not first[0].single or not second[0].single:
        return False
    if inside:
        return not values & others
    return not other_inside and others <= values
