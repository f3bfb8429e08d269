"""The variables of letters about obligations: what each says, and their values for one that is not kept yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bridge.files.types import Title
from bridge.policies.actions.variables import STATE_KEY, TITLE, Variable, spaced
from bridge.policies.outcome.panel_words import amount_in_words
from bridge.policies.outcome.readable import on_one_line, written_day


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedFacts:
    """What a letter is about: an obligation of this title towards a customer, by a contract or certificate (empty: by none), in a
    period; `count` of `at_least` are kept, and `left_seconds` of working time are left up to the end of `last_day`."""

    title: Title
    customer: str
    paper: str
    period: str
    at_least: int
    count: int
    left_seconds: int
    last_day: date
    curator: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What values are found from, in a language."""

    facts: OwedFacts
    language: str


OWED_VARIABLES: Mapping[str, Variable[_Known]] = {
    "obligation": Variable(
        "The obligation's title.",
        spaced("Выезды инженера", "Engineer's visits"),
        lambda one: one.facts.title.text(one.language),
    ),
    "customer": Variable(
        "The customer by the registry.",
        spaced("АО «Луговое»", "AO Lugovoe"),
        lambda one: on_one_line(one.facts.customer),
        by_people=True,
    ),
    "paper": Variable(
        "The contract or certificate that it is owed for; empty where it is owed to the customer himself.",
        spaced("К-2026/114", "K-2026/114"),
        lambda one: on_one_line(one.facts.paper),
        by_people=True,
    ),
    "period": Variable(
        "The period, as `report --obligations` names it.",
        spaced("2026-11", "2026-11"),
        lambda one: one.facts.period,
    ),
    "kept": Variable("How many took place.", spaced("1", "1"), lambda one: str(one.facts.count)),
    "owed": Variable("How many are owed.", spaced("2", "2"), lambda one: str(one.facts.at_least)),
    "missing": Variable(
        "How many are still to come.", spaced("1", "1"), lambda one: str(max(0, one.facts.at_least - one.facts.count))
    ),
    "left": Variable(
        "Working time left in the period.",
        spaced("40~ч~00~мин", "40~h~00~min"),
        lambda one: amount_in_words(one.facts.left_seconds, one.language),
    ),
    "last_day": Variable(
        "The last day with working time, on which it can still be kept.",
        spaced("30.11.2026", "2026-11-30"),
        lambda one: written_day(one.facts.last_day, one.language),
    ),
    "curator": Variable(
        "The customer's curator in charge today.",
        spaced("Орлов Дмитрий", "Dmitry Orlov"),
        lambda one: on_one_line(one.facts.curator),
    ),
    "desk": Variable(
        "What the helpdesk calls itself. It fills that in.", spaced("Служба поддержки", "Support desk"), lambda _: ""
    ),
}
"""Every variable that a letter about an obligation may name. A new one is one entry here, then `make docs`."""


def owed_values(facts: OwedFacts, language: str) -> Mapping[str, str]:
    """Return the values of all variables in a language, and what the page of the letter needs beside them."""
    known = _Known(facts, language)
    return _with_page({name: one.value(known) for name, one in OWED_VARIABLES.items()})


def owed_examples(language: str) -> Mapping[str, str]:
    """Return an example of all that `owed_values` gives."""
    return _with_page({name: one.example.text(language) for name, one in OWED_VARIABLES.items()})


def _with_page(values: Mapping[str, str]) -> Mapping[str, str]:
    return {**values, TITLE: f"{values['obligation']}: {values['customer']}", STATE_KEY: ""}
