"""The judge: a policy's checks over one ticket, and the verdict that joins them (EL-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.customers import RegistryAnswer
from bridge.decisions import Check, Outcome, Support, SupportVerdict
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.answer import Effect
from bridge.policies.checks.case import Case
from bridge.policies.checks.catalogue import Catalogue
from bridge.policies.checks.prepared_check import Answered, PreparedCheck
from bridge.tickets import FieldValue, Instant, Ticket


@dataclass(frozen=True, slots=True)
class Judgement:
    """The support verdict, told in `language`, the instant at which time alone would change one of its checks (None = never),
    and the answers that it joins, to be told in another language."""

    support: Support
    language: str
    next_change_at: Instant | None
    answered: tuple[Answered, ...] = field(compare=False)

    @property
    def checks(self) -> Mapping[str, Answered]:
        """The answers by the checks' ids."""
        return {one.check.definition.id: one for one in self.answered}

    def support_in(self, language: str) -> Support:
        """Return the verdict with its checks told in a language."""
        if language == self.language:
            return self.support
        return Support(verdict=self.support.verdict, checks=in_words(self.answered, language))


_NOTHING_KNOWN: Mapping[PreparedCheck, Answered] = {}


class Judge:
    """Judges each ticket afresh. Raises ValueError for bad options."""

    def __init__(self, catalogue: Catalogue, definitions: Sequence[CheckDefinition]) -> None:
        self.catalogue = catalogue
        self.definitions = definitions
        self.checks = tuple(PreparedCheck(one) for one in definitions)
        self._conditional = any(one.test is not None for one in self.checks)
        self._chained = any(one.looks_at_checks for one in self.checks)
        self._moving = tuple(one for one in self.checks if one.deciding == "now")
        self._by_kind: dict[str, object] = {}
        for one in self.checks:
            self._by_kind.setdefault(one.definition.kind, one.options)

    def judge(
        self,
        ticket: Ticket,
        registry: RegistryAnswer,
        *,
        now: Instant,
        language: str,
        replies: Sequence[Instant] = (),
        fields: Mapping[str, FieldValue] | None = None,
        facts: Facts | None = None,
    ) -> Judgement:
        """Return the verdict on the ticket at `now`, as `bridge.policies.checks.eligibility.assess` describes."""
        case = self.case(ticket, registry, now, fields, facts)
        return self.judgement(case, instants_of(ticket, now, replies), language)

    def judgement(self, case: Case, instants: Mapping[str, Instant], language: str) -> Judgement:
        """Return the verdict on a case."""
        answered = self.answers(case, instants, _NOTHING_KNOWN)
        ahead = [turn for one in self._moving for turn in one.turns(case) if turn > case.now]
        return Judgement(joined(in_words(answered, language)), language, min(ahead, default=None), answered)

    def answers(
        self, case: Case, instants: Mapping[str, Instant], known: Mapping[PreparedCheck, Answered]
    ) -> tuple[Answered, ...]:
        """Return the answers of all checks made, those that are `known` already as they are."""
        if not self._chained:
            return tuple([known.get(one) or one.check(case, instants) for one in self.made(case)])
        found: dict[str, Answered] = {}
        facts, before = case.facts, case.facts.checks
        made = self.made(case)
        facts.checks = found
        try:
            for one in made:
                found[one.definition.id] = known.get(one) or one.check(case, instants)
        finally:
            facts.checks = before
        return tuple(found.values())

    def made(self, case: Case) -> Sequence[PreparedCheck]:
        """Return the checks that the policy wants for this ticket."""
        if not self._conditional:
            return self.checks
        facts = case.facts
        return [one for one in self.checks if one.test is None or one.test(facts)]

    def case(
        self,
        ticket: Ticket,
        registry: RegistryAnswer,
        now: Instant,
        fields: Mapping[str, FieldValue] | None,
        facts: Facts | None,
    ) -> Case:
        """Return the ticket as the checks look at it."""
        return Case(ticket, registry, self.catalogue, now=now, fields=fields, facts=facts, options=self._by_kind)


def in_words(answered: Sequence[Answered], language: str) -> tuple[Check, ...]:
    """Return the checks told in a language."""
    return tuple([one.told(language) for one in answered])


def joined(checks: tuple[Check, ...]) -> Support:
    """Return the checks with what they add up to."""
    return Support(verdict=verdict(checks), checks=checks)


def instants_of(ticket: Ticket, now: Instant, replies: Sequence[Instant]) -> dict[str, Instant]:
    """Return when a check may be judged, by a policy's words; `reply` is the latest one up to `now`, or else the creation."""
    created = reply = ticket.created_at
    for one in replies:
        if reply < one <= now:
            reply = one
    return {"created": created, "now": now, "reply": reply}


def verdict(checks: Sequence[Check]) -> SupportVerdict:
    """Return what the checks add up to.

    Any failure whose effect is `refuse` makes support refusable; else a required check without an answer leaves it
    unknown; else any failure whose effect is `limit` limits it; else support is full.
    """
    fail, unanswered = Outcome.FAIL, Outcome.UNKNOWN
    limited = unknown = False
    for check in checks:
        if check.outcome is fail:
            if check.effect == Effect.REFUSE:
                return SupportVerdict.REFUSABLE
            limited = limited or check.effect == Effect.LIMIT
        elif check.required and check.outcome is unanswered:
            unknown = True
    if unknown:
        return SupportVerdict.UNKNOWN
    return SupportVerdict.LIMITED if limited else SupportVerdict.FULL
