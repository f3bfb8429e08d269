"""Dated exceptions in force, and whom each of them is for where its condition names somebody."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bridge.policies.agreement.policy import Policy, Rule
from bridge.policies.clocks.in_force import rulebook_of
from bridge.policies.language.conditions.alternatives import Alternative, words_of
from bridge.policies.language.conditions.comparable import as_text
from bridge.policies.language.conditions.compiled import as_compiled
from bridge.policies.outcome.record import short
from bridge.tickets import Instant

_NAMING = ("customer.id", "customer.name")
"""The facts by which a condition names a customer."""

_FOREVER = date.max


class KnownCustomer(NamedTuple):
    """A customer of the registry."""

    id: str
    name: str


class ExceptionInForce(NamedTuple):
    """A dated exception; `customer` is empty unless it is for one customer alone, `name` unless it is for customers by name."""

    id: str
    customer: str
    name: str
    level: str
    reason: str
    approver: str
    until: date | None


class OpenException(NamedTuple):
    """An exception in force; `asks` are the words for customers that its condition asks for: as it is compared, and as it is
    written."""

    rule: Rule
    asks: Mapping[str, str]

    def told(self, known: Mapping[str, Sequence[KnownCustomer]]) -> ExceptionInForce:
        """Return it as it is told; `known` are the customers whom the registry calls by such a word."""
        meant = {one.id: one.name or one.id for word in self.asks for one in known.get(word, ())}
        others = [written for word, written in self.asks.items() if word not in known]
        rule = self.rule
        return ExceptionInForce(
            id=rule.id,
            customer=short(next(iter(meant))) if len(meant) == 1 and not others else "",
            name=short(", ".join([*meant.values(), *others])),
            level=rule.level,
            reason=short(rule.why),
            approver=short(rule.approver),
            until=rule.valid_until,
        )


def exceptions_in_force(policy: Policy, now: Instant) -> tuple[OpenException, ...]:
    """Return the dated exceptions in force at an instant, those that end first before the others."""
    terms = rulebook_of(policy).terms_at(now)
    rules = {
        one.rule.id: one.rule
        for in_force in reversed(terms.rules_by_revision)
        for one in in_force
        if one.begun and one.rule.approver
    }
    ordered = sorted(rules.values(), key=lambda rule: (rule.valid_until or _FOREVER, rule.id))
    return tuple(OpenException(rule, _asked(rule)) for rule in ordered)


def _asked(rule: Rule) -> dict[str, str]:
    """Return the words for customers of whom a ticket must be one; nothing where it may be anybody's."""
    condition = as_compiled(rule.when)
    alternatives = condition.alternatives if condition is not None else None
    words = [_words(one) for one in alternatives or ()]
    return dict(sorted({**ChainMap(*words)}.items())) if words and all(words) else {}


def _words(alternative: Alternative) -> dict[str, str]:
    """Return the words that an alternative leaves to a customer's id or name; nothing where it names nobody."""
    limits = [
        {text.casefold(): text for text in map(str, map(as_text, words_of(claim.leaf.wanted)))}
        for claim in alternative
        if claim.fact in _NAMING and claim.inside is not None
    ]
    return min(limits, key=len, default={})
