"""A policy's checks made ready for many tickets.

Between two turns of time (a certificate ends, a version's support ends) nothing about a customer, a product and a
version changes. So the checks that look at those and at a few fields alone are answered once for each such stretch and
remembered.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from bridge.customers import Customer, RegistryAnswer
from bridge.decisions import Check, Outcome, Support, SupportVerdict
from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.case import Case, Finding, choose_product
from bridge.policies.checks.catalogue import Catalogue, Product
from bridge.policies.checks.kinds import Prepared, options_of, prepare
from bridge.policies.checks.options import CertificateOptions, Effect
from bridge.policies.checks.wording import aged, fill
from bridge.policies.checks.wordings import WORDINGS
from bridge.tickets import FieldValue, Instant, Ticket

_REMEMBERED = 20_000
"""Entries kept of each kind of memory; beyond that it is emptied. A registry may have millions of customers."""

_SEVERITY = {Effect.NONE: 0, Effect.LIMIT: 1, Effect.REFUSE: 2}

_LOOKED_UP = ("product", "registration_number", "product_version")
"""Fields by which every ticket is known, whatever its checks are."""


class Judgement(NamedTuple):
    """The support verdict, its checks by id, and the instant at which time alone would change one (None = never)."""

    support: Support
    checks: Mapping[str, Check]
    next_change_at: Instant | None = None


@dataclass(slots=True)
class _Stretches:
    """What is remembered of one customer with one product and version: the turns of time, and the answers between.

    `customer` is kept so that its identity in the key stays its own.
    """

    customer: Customer | None
    product_id: str | None
    product: Product | None
    product_text: str
    turns: list[Instant]
    live_turns: list[Instant]
    checks: dict[tuple[int, int, int, str], tuple[Check | None, ...]] = field(default_factory=dict)


class Assessor:
    """Judges tickets by one catalogue and one sequence of check definitions. Raises ValueError for bad options."""

    def __init__(self, catalogue: Catalogue, definitions: Sequence[CheckDefinition]) -> None:
        self.catalogue = catalogue
        self.definitions = definitions
        options = [options_of(one.kind, one.options) for one in definitions]
        certificates = [one for one in options if isinstance(one, CertificateOptions)] or [CertificateOptions()]
        self._prepared = tuple(
            prepare(one, read, certificates[0]) for one, read in zip(definitions, options, strict=True)
        )
        self._lively = tuple((number, one) for number, one in enumerate(self._prepared) if not one.steady)
        self._conditional = tuple(
            (number, one.test) for number, one in enumerate(self._prepared) if one.test is not None
        )
        self._fields = tuple(dict.fromkeys([*_LOOKED_UP, *(name for one in self._prepared for name in one.fields)]))
        self._inputs = tuple(dict.fromkeys(name for one in self._prepared for name in one.inputs))
        self._stretches: dict[tuple[object, ...], _Stretches] = {}
        self._worded: dict[tuple[object, ...], Check] = {}
        self._supports: dict[tuple[int, ...], tuple[Support, Mapping[str, Check]]] = {}

    def assess(
        self,
        ticket: Ticket,
        answer: RegistryAnswer,
        *,
        now: Instant,
        language: str,
        replies: Sequence[Instant] = (),
        fields: Mapping[str, FieldValue] | None = None,
        facts: Facts | None = None,
    ) -> Judgement:
        """Return the verdict on the ticket at `now`, as `bridge.policies.checks.eligibility.assess` describes."""
        inputs = fields if fields is not None else facts.fields if facts is not None else _NOTHING
        stated = ticket.fields if fields is None and facts is None else inputs
        case = Case(
            ticket=ticket, answer=answer, catalogue=self.catalogue, fields=stated, inputs=inputs, at=ticket.created_at
        )
        known = self._known(case)
        created = replied = ticket.created_at
        for one in replies:
            if replied < one <= now:
                replied = one
        turns, live_turns = known.turns, known.live_turns
        next_change = bisect_right(live_turns, now)
        instants = {"created": created, "now": now, "reply": replied}
        key = (bisect_right(turns, created), bisect_right(turns, now), bisect_right(turns, replied), language)
        steady = known.checks.get(key)
        if steady is None:
            steady = known.checks[key] = self._steady(case, instants, language)
        if self._conditional and facts is None:
            facts = _facts(case, now)
        support, by_id = self._joined(self._all(case, steady, instants, language, facts))
        return Judgement(support, by_id, live_turns[next_change] if next_change < len(live_turns) else None)

    def _known(self, case: Case) -> _Stretches:
        """Return what is remembered of tickets like this one, and tell the case which product it is about."""
        answer = case.answer
        customer = answer.customer
        said, entered = case.fields.get, case.inputs.get
        key = (
            id(customer),
            answer.presence,
            answer.matched_by,
            answer.candidates,
            answer.as_of,
            answer.stale,
            answer.zone,
            answer.tracks,
            case.ticket.source,
            *[said(name) for name in self._fields],
            *[entered(name) for name in self._inputs],
        )
        known = self._stretches.get(key)
        if known is not None and known.customer is customer:
            case.product_id, case.product, case.product_text = known.product_id, known.product, known.product_text
            return known
        if len(self._stretches) >= _REMEMBERED:
            self._stretches.clear()
        choose_product(case)
        turning = [(one, one.turns(case)) for one in self._prepared]
        turns = sorted({turn for _, found in turning for turn in found})
        live = sorted({turn for one, found in turning if one.definition.deciding == "now" for turn in found})
        known = _Stretches(customer, case.product_id, case.product, case.product_text, turns, live)
        self._stretches[key] = known
        return known

    def _steady(self, case: Case, instants: Mapping[str, Instant], language: str) -> tuple[Check | None, ...]:
        return tuple(self._check(case, one, instants, language) if one.steady else None for one in self._prepared)

    def _check(self, case: Case, prepared: Prepared, instants: Mapping[str, Instant], language: str) -> Check:
        case.at = instants[prepared.definition.deciding]
        return self._word(prepared, prepared.answer(case), case.answer, language)

    def _all(
        self,
        case: Case,
        steady: Sequence[Check | None],
        instants: Mapping[str, Instant],
        language: str,
        facts: Facts | None,
    ) -> list[Check]:
        checks = list(steady)
        for number, prepared in self._lively:
            if prepared.test is None or facts is None or prepared.test(facts):
                checks[number] = self._check(case, prepared, instants, language)
        if facts is not None:
            for number, test in self._conditional:
                if checks[number] is not None and not test(facts):
                    checks[number] = None
        return [one for one in checks if one is not None]

    def _joined(self, checks: list[Check]) -> tuple[Support, Mapping[str, Check]]:
        """Return the support that the checks add up to, the same one for the same checks: it keeps them, so that their
        identities in the key stay their own."""
        key = tuple(map(id, checks))
        known = self._supports.get(key)
        if known is None:
            if len(self._supports) >= _REMEMBERED:
                self._supports.clear()
            support = Support(verdict=verdict(checks), checks=tuple(checks))
            known = self._supports[key] = (support, {check.id: check for check in checks})
        return known

    def _word(self, prepared: Prepared, finding: Finding, answer: RegistryAnswer, language: str) -> Check:
        source = answer if finding.from_registry else None
        aging = (source.as_of, source.stale) if source is not None else None
        key = (prepared.definition.id, language, finding, aging)
        check = self._worded.get(key)
        if check is None:
            if len(self._worded) >= _REMEMBERED:
                self._worded.clear()
            check = self._worded[key] = _check(prepared, finding, source, language)
        return check


_NOTHING: Mapping[str, FieldValue] = {}


def verdict(checks: Sequence[Check]) -> SupportVerdict:
    """Return what the checks add up to.

    Any failure whose effect is `refuse` makes support refusable; else a required check without an answer leaves it
    unknown; else any failure whose effect is `limit` limits it; else support is full.
    """
    limited = unknown = False
    for check in checks:
        if check.outcome is Outcome.FAIL:
            if check.effect == Effect.REFUSE:
                return SupportVerdict.REFUSABLE
            limited = limited or check.effect == Effect.LIMIT
        elif check.required and check.outcome is Outcome.UNKNOWN:
            unknown = True
    if unknown:
        return SupportVerdict.UNKNOWN
    return SupportVerdict.LIMITED if limited else SupportVerdict.FULL


def _check(prepared: Prepared, finding: Finding, answer: RegistryAnswer | None, language: str) -> Check:
    """Return the finding in words; `answer` is the registry's where the finding rests on it."""
    values = dict(finding.values)
    wording = WORDINGS[finding.reason]
    message = fill(wording.message, values, language)
    evidence = {name: _json(value, language) for name, value in values.items()}
    if answer is not None and answer.stale:
        message = aged(message, answer.as_of, language)
        evidence["stale"] = True
    own = prepared.definition.remedy if finding.outcome is not Outcome.PASS else None
    remedy = own or wording.remedy
    effect = prepared.effect
    if finding.effect is not None and _SEVERITY[finding.effect] < _SEVERITY[effect]:
        effect = finding.effect
    return Check(
        id=prepared.definition.id,
        outcome=finding.outcome,
        reason=finding.reason,
        message=message,
        remedy=fill(remedy, values, language) if remedy is not None else "",
        evidence=evidence,
        as_of=answer.as_of if answer is not None else None,
        effect=effect.value,
        required=prepared.definition.required,
    )


def _json(value: object, language: str) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Title):
        return value.text(language)
    if isinstance(value, tuple):
        return [_json(one, language) for one in value]
    return value


def _facts(case: Case, now: Instant) -> Facts:
    """Return what conditions may look at when the caller replays no history: the ticket as it stands."""
    ticket, customer = case.ticket, case.answer.customer
    return Facts(
        ticket=ticket,
        at=now,
        status=ticket.status,
        department=ticket.department,
        topic=ticket.topic,
        priority=ticket.priority,
        assignee=ticket.assignee,
        fields=case.fields,
        closed=ticket.closed_at is not None,
        registry=case.answer,
        category=customer.category.value if customer is not None else "unregistered",
    )
