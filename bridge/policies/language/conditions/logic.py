"""What can be said about conditions without a ticket: can two of them hold together, does one follow from another.

Conditions are looked at as alternatives. The answers are careful: `can_both_hold` says no, and `follows` says
yes, only when that is certain; a condition that would need too many alternatives is left undecided.
"""

from collections.abc import Iterable

from bridge.customers import Presence
from bridge.policies.language.conditions.alternatives import Alternative, Claim, words_of
from bridge.policies.language.conditions.comparable import as_text
from bridge.policies.language.conditions.compiled import CompiledCondition

_LEFT = 24
"""What a list of conditions may leave in pieces before it is too scattered to tell."""

_STEPS = 200
"""Joined alternatives that one question may look at; it bounds what a policy of hundreds of rules costs to check."""


def alternatives_of(condition: CompiledCondition | None) -> list[Alternative] | None:
    """Return the alternatives that make the condition hold; for None, which always holds, the one without a claim."""
    return [()] if condition is None else condition.alternatives


def possible(alternative: Alternative) -> bool:
    """Return whether the claims of the alternative leave any value for every fact."""
    facts: dict[str, list[Claim]] = {}
    for claim in alternative:
        facts.setdefault(claim.fact, []).append(claim)
    left = {name: _values_left(claims) for name, claims in facts.items()}
    if any(values is not None and not values for values in left.values()):
        return False
    category, presence = left.get("customer.category"), left.get("customer.presence")
    unclear = frozenset({Presence.UNKNOWN, Presence.AMBIGUOUS})
    # A registry that knows whether it knows the customer also knows his category.
    return not (category == frozenset({""}) and presence is not None and not presence & unclear)


def _values_left(claims: list[Claim]) -> frozenset[str] | None:
    """Return the values a fact may still have; None when that is not known."""
    first, *others = claims
    if not others:
        return first.allowed
    if _contradictory(claims):
        return frozenset()
    allowed = [claim.allowed for claim in claims if claim.allowed is not None]
    if not allowed:
        return None
    excluded = [claim.outside for claim in claims if claim.outside is not None and claim.leaf.single]
    return frozenset.intersection(*allowed).difference(*excluded)


def _contradictory(claims: list[Claim]) -> bool:
    """Return whether one leaf is to hold and not to hold."""
    answers: dict[object, bool] = {}
    return any(answers.setdefault(claim.asks, claim.wanted) != claim.wanted for claim in claims)


def left_over(
    condition: CompiledCondition | None, others: Iterable[CompiledCondition | None]
) -> list[Alternative] | None:
    """Return what `condition` covers and none of `others` does, shortest first; empty when nothing is left.

    None when it would take too many steps to tell. With None as the condition: what the others leave of everything.
    """
    start = alternatives_of(condition)
    if start is None:
        return None
    left = [alternative for alternative in start if possible(alternative)]
    steps = 0
    for other in others:
        if other is None:
            return []
        escapes = other.escapes
        if escapes is None:
            return None
        steps += len(left) * len(escapes)
        if steps > _STEPS or len(left) > _LEFT:
            return None
        left = _shortest(left, escapes)
    return left


def _shortest(left: list[Alternative], escapes: list[Alternative]) -> list[Alternative]:
    """Return what of `left` is in `escapes` too, without alternatives that only narrow another one."""
    joined = [_merged(one, escape) for one in left for escape in escapes]
    kept: list[Alternative] = []
    for alternative in sorted(filter(possible, joined), key=len):
        if not any(_covered(alternative, other) for other in kept):
            kept.append(alternative)
    return kept


def _merged(one: Alternative, other: Alternative) -> Alternative:
    """Return both alternatives together without saying anything twice."""
    return (*one, *(claim for claim in other if not any(mine.implies(claim) for mine in one)))


def told(alternative: Alternative) -> str:
    """Return an alternative in words: `customer.category is none of commercial, partner; topic is Consulting`."""
    said: dict[str, list[str]] = {}
    for claim in alternative:
        head, words = _told(claim)
        said.setdefault(head, []).extend(word for word in words if word not in said.get(head, []))
    return "; ".join(_sentence(head, words) for head, words in said.items()) or "any ticket"


def _told(claim: Claim) -> tuple[str, list[str]]:
    """Return what is said, and the words it is said of; several of the same head are said together."""
    leaf = claim.leaf
    words = [str(as_text(word)) for word in words_of(leaf.wanted)]
    if leaf.values is None:
        return f"{leaf.path} {'' if claim.wanted else 'not '}{leaf.operator}", words
    inside = claim.inside is not None
    if leaf.operator == "set":
        return f"{leaf.path} is {'' if inside == bool(leaf.wanted) else 'not '}set", []
    return f"{leaf.path} is{'' if inside else ' not'}", words


def _sentence(head: str, words: list[str]) -> str:
    if len(words) > 1 and head.endswith((" is", " is not")):
        head = f"{head.removesuffix(' not')} none of" if head.endswith("not") else f"{head} one of"
    return f"{head} {', '.join(words)}".strip()


def can_hold(condition: CompiledCondition | None) -> bool:
    """Return False only when the condition contradicts itself."""
    if condition is None:
        return True
    found = condition.alternatives
    return found is None or any(possible(alternative) for alternative in found)


def can_both_hold(first: CompiledCondition | None, second: CompiledCondition | None) -> bool:
    """Return False only when the two conditions can never hold together."""
    left, right = alternatives_of(first), alternatives_of(second)
    if left is None or right is None:
        return True
    return any(possible((*one, *other)) for one in left for other in right)


def follows(narrow: CompiledCondition | None, wide: CompiledCondition | None) -> bool:
    """Return True only when `wide` holds whenever `narrow` does."""
    if wide is None:
        return True
    if narrow is None:
        return False
    left, right = narrow.alternatives, wide.alternatives
    if left is None or right is None:
        return False
    return all(any(_covered(alternative, other) for other in right) for alternative in left if possible(alternative))


def _covered(alternative: Alternative, other: Alternative) -> bool:
    return all(any(mine.implies(theirs) for mine in alternative) for theirs in other)
