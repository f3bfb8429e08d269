"""Finds, among hundreds of conditions, the few that can have to do with another one."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from bridge.policies.language.conditions.alternatives import Alternative, Claim
from bridge.policies.language.conditions.compiled import CompiledCondition
from bridge.policies.language.conditions.logic import alternatives_of, can_both_hold, follows, possible


class ConditionIndex:
    """Conditions by what they claim of each fact.

    Comparing each rule of a policy with each other one takes seconds from some hundred rules on. Most pairs differ in one
    fact, such as the topic, and need no look: a bit stands for each alternative of each condition, and a set of
    alternatives is one integer. The index only leaves out what certainly does not fit; `logic` decides about the rest.
    """

    def __init__(self) -> None:
        self._conditions: list[CompiledCondition | None] = []
        self._owners: list[int] = []
        self._about: dict[str, int] = defaultdict(int)
        self._limited: dict[str, int] = defaultdict(int)
        self._outside: dict[str, int] = defaultdict(int)
        self._by_value: dict[tuple[str, str], int] = defaultdict(int)
        self._by_question: dict[object, int] = defaultdict(int)

    def add(self, condition: CompiledCondition | None) -> None:
        """Add a condition; its number is how many were added before it."""
        # One without alternatives has too many of them: without a claim it is never left out.
        found = alternatives_of(condition) or [()]
        bits: dict[Claim, int] = defaultdict(int)
        for place, alternative in enumerate(found, len(self._owners)):
            for claim in alternative:
                bits[claim] |= 1 << place
        for claim, places in bits.items():
            self._note(claim, places)
        self._owners += [len(self._conditions)] * len(found)
        self._conditions.append(condition)

    def _note(self, claim: Claim, bits: int) -> None:
        self._about[claim.fact] |= bits
        self._by_question[claim.asks, claim.wanted] |= bits
        if claim.allowed is not None:
            self._limited[claim.fact] |= bits
        if claim.outside is not None:
            self._outside[claim.fact] |= bits
        for value in (claim.inside or frozenset()) | (claim.allowed or frozenset()):
            self._by_value[claim.fact, value] |= bits

    def overlapping(self, condition: CompiledCondition | None) -> Iterator[int]:
        """Yield the numbers of the conditions that can hold together with this one, in their order."""
        found = 0
        alternatives = alternatives_of(condition) or [()]
        for limits in {tuple(claim for claim in one if claim.allowed is not None) for one in alternatives}:
            found |= self._compatible(limits)
        for number in self._numbers(found):
            if can_both_hold(condition, self._conditions[number]):
                yield number

    def following(self, condition: CompiledCondition | None) -> Iterator[int]:
        """Yield the numbers of the conditions that hold whenever this one does, in their order."""
        first = next(filter(possible, alternatives_of(condition) or ()), None)
        if first is None:
            return
        for number in self._numbers(self._implied(first)):
            if follows(condition, self._conditions[number]):
                yield number

    def _compatible(self, limits: Alternative) -> int:
        """Return the alternatives that agree with these claims in each fact whose values both of them list."""
        found = self._all()
        for claim in limits:
            agreeing = 0
            for value in claim.allowed or ():
                agreeing |= self._by_value.get((claim.fact, value), 0)
            found &= ~self._limited.get(claim.fact, 0) | agreeing
        return found

    def _implied(self, alternative: Alternative) -> int:
        """Return the alternatives whose claims, fact by fact, may follow from those of this one."""
        within: dict[str, int] = defaultdict(int)
        for claim in alternative:
            within[claim.fact] |= self._by_question.get((claim.asks, claim.wanted), 0)
            if claim.inside or claim.outside:
                within[claim.fact] |= self._outside.get(claim.fact, 0)
            for value in list(claim.inside or ())[:1]:
                within[claim.fact] |= self._by_value.get((claim.fact, value), 0)
        found = self._all()
        for fact, about in self._about.items():
            found &= ~about | within.get(fact, 0)
        return found

    def _all(self) -> int:
        return (1 << len(self._owners)) - 1

    def _numbers(self, found: int) -> Iterator[int]:
        while found:
            owner = self._owners[(found & -found).bit_length() - 1]
            yield owner
            # All alternatives of this condition are done with.
            found &= -1 << bisect_right(self._owners, owner)
