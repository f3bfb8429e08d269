"""A policy's checks made ready for many tickets.

Between two turns of time (a certificate ends, a version's support ends) nothing about a customer, a product and a
version changes. So the checks that look at those alone are answered once for each such stretch and remembered.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bridge.customers import Customer, RegistryAnswer
from bridge.decisions import Check, Outcome, Support, SupportVerdict
from bridge.policies.catalogue import Catalogue, Product
from bridge.policies.checks.attachments import attachments
from bridge.policies.checks.case import Case, Finding, choose_product, day_of
from bridge.policies.checks.certificate import certificate, certificate_turns
from bridge.policies.checks.completeness import completeness
from bridge.policies.checks.conditions import conditions
from bridge.policies.checks.contract import contact, contract, contract_turns, units
from bridge.policies.checks.licence import licence, licence_turns
from bridge.policies.checks.options import OPTIONS, CertificateOptions, Effect, Kind, Options
from bridge.policies.checks.registration import registration
from bridge.policies.checks.staff import channel, deferral, etiquette
from bridge.policies.checks.version import version, version_turns
from bridge.policies.checks.wordings import WORDINGS
from bridge.policies.facts import Facts
from bridge.policies.messages import aged, fill
from bridge.policies.policy import CheckDefinition, Title
from bridge.tickets import FieldValue, Instant, Ticket

_REMEMBERED = 20_000
"""Entries kept of each kind of memory; beyond that it is emptied. A registry may have millions of customers."""

_SEVERITY = {Effect.NONE: 0, Effect.LIMIT: 1, Effect.REFUSE: 2}

Answering = Callable[[Case], Finding]
Turning = Callable[[Case], list[Instant]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The support verdict, and the instant at which time alone would change one of its checks (None = never)."""

    support: Support
    next_change_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One check with its options read. `steady`: it looks only at customer, product, version and the day."""

    definition: CheckDefinition
    answer: Answering
    turns: Turning
    effect: Effect
    steady: bool


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
    supports: dict[tuple[int, int, int, str], Support] = field(default_factory=dict)


class Assessor:
    """Judges tickets by one catalogue and one sequence of check definitions. Raises ValueError for bad options."""

    def __init__(self, catalogue: Catalogue, definitions: Sequence[CheckDefinition]) -> None:
        self.catalogue = catalogue
        self.definitions = definitions
        options = [options_of(one.kind, one.options) for one in definitions]
        certificates = [one for one in options if isinstance(one, CertificateOptions)] or [CertificateOptions()]
        self._prepared = tuple(
            _prepare(one, read, certificates[0]) for one, read in zip(definitions, options, strict=True)
        )
        self._conditional = any(one.when is not None for one in definitions)
        self._simple = not self._conditional and all(one.steady for one in self._prepared)
        self._certificate_fields = tuple(dict.fromkeys(one.field for one in certificates))
        self._stretches: dict[tuple[object, ...], _Stretches] = {}
        self._worded: dict[tuple[object, ...], Check] = {}

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
        """Return the verdict on the ticket at `now`, as `bridge.policies.eligibility.assess` describes."""
        inputs = fields if fields is not None else facts.fields if facts is not None else _NOTHING
        stated = ticket.fields if fields is None and facts is None else inputs
        known = self._known(ticket, answer, stated, inputs)
        created = ticket.created_at
        replied = created
        for one in replies:
            if replied < one <= now:
                replied = one
        turns = known.turns
        key = (bisect_right(turns, created), bisect_right(turns, now), bisect_right(turns, replied), language)
        next_change = bisect_right(known.live_turns, now)
        next_change_at = known.live_turns[next_change] if next_change < len(known.live_turns) else None
        if self._simple:
            support = known.supports.get(key)
            if support is not None:
                return Judgement(support, next_change_at)
        instants = {"created": created, "now": now, "reply": replied}
        case = self._case(ticket, answer, stated, inputs, known)
        steady = known.checks.get(key)
        if steady is None:
            steady = known.checks[key] = self._steady(case, instants, language)
        if self._conditional and facts is None:
            facts = _facts(case, now)
        checks = self._all(case, steady, instants, language, facts)
        support = Support(verdict=verdict(checks), checks=checks)
        if self._simple:
            known.supports[key] = support
        return Judgement(support, next_change_at)

    def _known(
        self, ticket: Ticket, answer: RegistryAnswer, stated: Mapping[str, FieldValue], inputs: Mapping[str, FieldValue]
    ) -> _Stretches:
        customer = answer.customer
        said = stated.get
        key = (
            id(customer),
            answer.presence,
            answer.matched_by,
            answer.candidates,
            answer.as_of,
            answer.stale,
            answer.zone,
            answer.tracks,
            said("product"),
            said("registration_number"),
            said("product_version"),
            *[said(name) for name in self._certificate_fields],
        )
        known = self._stretches.get(key)
        if known is not None and known.customer is customer:
            return known
        if len(self._stretches) >= _REMEMBERED:
            self._stretches.clear()
        case = self._case(ticket, answer, stated, inputs, None)
        choose_product(case)
        turning = [(one, one.turns(case)) for one in self._prepared]
        turns = sorted({turn for _, found in turning for turn in found})
        live = sorted({turn for one, found in turning if one.definition.deciding == "now" for turn in found})
        known = _Stretches(customer, case.product_id, case.product, case.product_text, turns, live)
        self._stretches[key] = known
        return known

    def _case(
        self,
        ticket: Ticket,
        answer: RegistryAnswer,
        stated: Mapping[str, FieldValue],
        inputs: Mapping[str, FieldValue],
        known: _Stretches | None,
    ) -> Case:
        case = Case(
            ticket=ticket,
            answer=answer,
            catalogue=self.catalogue,
            fields=stated,
            inputs=inputs,
            at=ticket.created_at,
            day=day_of(ticket.created_at, answer.zone),
        )
        if known is not None:
            case.product_id, case.product, case.product_text = known.product_id, known.product, known.product_text
        return case

    def _steady(self, case: Case, instants: Mapping[str, Instant], language: str) -> tuple[Check | None, ...]:
        return tuple(self._check(case, one, instants, language) if one.steady else None for one in self._prepared)

    def _check(self, case: Case, prepared: _Prepared, instants: Mapping[str, Instant], language: str) -> Check:
        at = instants[prepared.definition.deciding]
        if at != case.at:
            case.at, case.day = at, day_of(at, case.answer.zone)
        return self._word(prepared, prepared.answer(case), case.answer, language)

    def _all(
        self,
        case: Case,
        steady: tuple[Check | None, ...],
        instants: Mapping[str, Instant],
        language: str,
        facts: Facts | None,
    ) -> tuple[Check, ...]:
        checks: list[Check] = []
        for prepared, check in zip(self._prepared, steady, strict=True):
            when = prepared.definition.when
            if when is None or facts is None or when.test(facts):
                checks.append(check or self._check(case, prepared, instants, language))
        return tuple(checks)

    def _word(self, prepared: _Prepared, finding: Finding, answer: RegistryAnswer, language: str) -> Check:
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

_ANSWERS: Mapping[Kind, Callable[..., Finding]] = {
    Kind.REGISTRATION: registration,
    Kind.LICENCE: licence,
    Kind.CERTIFICATE: certificate,
    Kind.VERSION: version,
    Kind.CONDITIONS: conditions,
    Kind.COMPLETENESS: completeness,
    Kind.ATTACHMENTS: attachments,
    Kind.DEFERRAL: deferral,
    Kind.ETIQUETTE: etiquette,
    Kind.CHANNEL: channel,
    Kind.CONTRACT: contract,
    Kind.UNITS: units,
    Kind.CONTACT: contact,
}
_TURNS: Mapping[Kind, Callable[..., list[Instant]]] = {
    Kind.LICENCE: licence_turns,
    Kind.CERTIFICATE: certificate_turns,
    Kind.VERSION: version_turns,
    Kind.CONTRACT: contract_turns,
    Kind.UNITS: contract_turns,
    Kind.CONTACT: contract_turns,
}
_STEADY = frozenset({Kind.REGISTRATION, Kind.LICENCE, Kind.CERTIFICATE, Kind.VERSION})


def _prepare(definition: CheckDefinition, options: Options, certificates: CertificateOptions) -> _Prepared:
    kind = Kind(definition.kind)
    more: tuple[Options, ...] = (options, certificates) if kind is Kind.VERSION else (options,)
    function, turning = _ANSWERS[kind], _TURNS.get(kind)

    def answer(case: Case) -> Finding:
        return function(case, *more)

    def turns(case: Case) -> list[Instant]:
        return turning(case, *more) if turning is not None else []

    return _Prepared(definition, answer, turns, Effect(definition.effect), steady=kind in _STEADY)


def options_of(kind: str, options: Mapping[str, object]) -> Options:
    """Return the options of a check of this kind, defaults filled in.

    Raises ValueError for an unknown kind, and pydantic's ValidationError (a ValueError too) for options it does not
    take.
    """
    return OPTIONS[Kind(kind)].model_validate(dict(options))


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


def _check(prepared: _Prepared, finding: Finding, answer: RegistryAnswer | None, language: str) -> Check:
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
