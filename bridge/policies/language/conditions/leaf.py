"""Leaves of a condition: one compiled test of one fact, and how to say what it saw."""

from collections.abc import Callable
from dataclasses import dataclass

from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Trace

Test = Callable[[Facts], bool]
Getter = Callable[[Facts], object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leaf:
    """One test of one fact.

    `values` is the closed set that an `is` or `not` compares with, for the checks between rules; `single` says that the
    fact has one value at a time, so that two different wanted values exclude each other. `opposite` marks `not`.
    `domain` lists all values the fact can have, where that is known.
    """

    path: str
    operator: str
    wanted: object
    at: str
    test: Test
    found: Getter
    values: frozenset[str] | None = None
    single: bool = True
    opposite: bool = False
    domain: frozenset[str] | None = None

    def trace(self, facts: Facts, *, negated: bool = False) -> Trace:
        """Return what the leaf saw; under a `not` the operator and the answer are turned round."""
        held = self.test(facts)
        operator = self.operator
        if negated:
            held = not held
            operator = {"is": "not", "not": "is"}.get(operator, f"not {operator}")
        return Trace(
            at=self.at, path=self.path, operator=operator, wanted=self.wanted, found=self.found(facts), held=held
        )
