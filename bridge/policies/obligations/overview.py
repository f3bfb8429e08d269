"""The obligations towards all customers at an instant, and what happened that counts for nobody."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bridge.customers import Customer
from bridge.policies.agreement.obligations import FromCounter, ObligationDefinition
from bridge.policies.obligations.editions import Obligation
from bridge.policies.obligations.model import (
    NO_EVIDENCE,
    Evidence,
    KeepingEvent,
    NotCounted,
    Owed,
    Term,
    WhyNot,
)
from bridge.policies.obligations.owed import Span, held_by, owed_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligations:
    """What is owed in a span, by customer in the order of names, then obligation, contract and period. `complete` is false where
    no registry can list everybody whom something is owed to."""

    obligations: Sequence[Obligation]
    span: Span
    rows: Sequence[Owed] = ()
    not_counted: Sequence[NotCounted] = ()
    complete: bool = True


def obligations_of(
    obligations: Sequence[Obligation],
    customers: Callable[[], Iterable[Customer]],
    evidence: Mapping[str, Evidence],
    span: Span,
    *,
    customer: str | None = None,
    complete: bool = True,
) -> Obligations:
    """Return the obligations of a span towards all customers, or the one of that key; `customers` lists them, each time anew, and
    `evidence` is what happened, by obligation. An obligation without evidence is not known, unless a counter tells of it."""
    usable = {one.id: _usable(one.counted_at(span.now), evidence.get(one.id, NO_EVIDENCE)) for one in obligations}
    found = _Found(obligations, usable)
    found.part_papers(customers)
    for one in customers():
        found.look(one, span, wanted=customer is None or one.id == customer)
    if customer is None:
        found.not_counted += found.of_nobody()
    order = {one.id: place for place, one in enumerate(obligations)}
    rows = sorted(
        found.rows,
        key=lambda one: (
            one.name.casefold(),
            one.customer,
            order[one.obligation],
            one.paper,
            one.first,
            one.term is Term.PERIOD,
        ),
    )
    return Obligations(obligations=obligations, span=span, rows=rows, not_counted=found.not_counted, complete=complete)


def _usable(definition: ObligationDefinition, evidence: Evidence) -> Evidence:
    if isinstance(definition.counted_from, FromCounter):
        return replace(NO_EVIDENCE, known=True)
    return evidence


@dataclass(slots=True)
class _Found:
    """What is found, customer by customer."""

    obligations: Sequence[Obligation]
    evidence: dict[str, Evidence]
    rows: list[Owed] = field(default_factory=list)
    not_counted: list[NotCounted] = field(default_factory=list)
    _customers: set[str] = field(default_factory=set)
    _papers: set[str] = field(default_factory=set)

    def part_papers(self, customers: Callable[[], Iterable[Customer]]) -> None:
        """Take out what names only a contract that several customers have: nobody knows whose it was."""
        named = {paper for one in self.evidence.values() for paper in one.by_paper}
        owners: dict[str, set[str]] = {}
        for customer in customers() if named else ():
            for number in named.intersection(one.number for one in held_by(customer)):
                owners.setdefault(number, set()).add(customer.id)
        several = {paper for paper, found in owners.items() if len(found) > 1}
        self._papers = set(owners) - several
        for id_, one in self.evidence.items() if several else ():
            for paper in several & one.by_paper.keys():
                self.not_counted += _told(id_, "", one.by_paper[paper], WhyNot.SEVERAL_CUSTOMERS)
            kept = {paper: found for paper, found in one.by_paper.items() if paper not in several}
            self.evidence[id_] = replace(one, by_paper=kept)
        self._papers |= several

    def look(self, customer: Customer, span: Span, *, wanted: bool) -> None:
        """Note what is owed to a customer."""
        self._customers.add(customer.id)
        for one in self.obligations if wanted else ():
            rows, not_counted = owed_to(customer, one, self.evidence[one.id], span)
            self.rows += rows
            self.not_counted += not_counted

    def of_nobody(self) -> Iterator[NotCounted]:
        """Yield what names a customer or a contract that is none of the registry's."""
        for id_, one in self.evidence.items():
            for customer, found in one.by_customer.items():
                if customer not in self._customers:
                    yield from _told(id_, customer, found, WhyNot.UNKNOWN_CUSTOMER)
            for paper, found in one.by_paper.items():
                if paper not in self._papers:
                    yield from _told(id_, "", found, WhyNot.UNKNOWN_PAPER if paper else WhyNot.UNKNOWN_CUSTOMER)


def _told(obligation: str, customer: str, found: Iterable[KeepingEvent], why: WhyNot) -> Iterator[NotCounted]:
    for one in found:
        yield NotCounted(obligation, customer, one.paper, one.day, one.ticket, why)
