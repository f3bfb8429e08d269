"""The judge: a policy's checks over one ticket, and the verdict that joins them (EL-10)."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from bridge.customers import RegistryAnswer
from bridge.decisions import Check, Outcome, Support, SupportVerdict
from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.answer import CheckAnswer, Effect
from bridge.policies.checks.case import Case
from bridge.policies.checks.catalogue import Catalogue
from bridge.policies.checks.check_kind import Options, check_kind, options_of
from bridge.policies.checks.unanswerable import UNAVAILABLE
from bridge.policies.checks.wording import Sentence, aged
from bridge.tickets import FieldValue, Instant, Ticket


class Judgement(NamedTuple):
    """The support verdict, and the instant at which time alone would change one of its checks (None = never)."""

    support: Support
    next_change_at: Instant | None = None

    @property
    def checks(self) -> Mapping[str, Check]:
        """The checks by id."""
        return {one.id: one for one in self.support.checks}


_SEVERITY = {Effect.NONE: 0, Effect.LIMIT: 1, Effect.REFUSE: 2}


_WORDED = 512
"""Answers that are kept in words, for each check. Most say the same for every ticket: to word them anew each time would make
a decision for a new customer MEASURED slower."""


class PreparedCheck:
    """One check of the policy with its options read."""

    __slots__ = (
        "_answer",
        "_effect",
        "_remedy",
        "_worded",
        "deciding",
        "definition",
        "kind",
        "options",
        "test",
    )

    def __init__(self, definition: CheckDefinition) -> None:
        self.definition = definition
        self.deciding = definition.deciding
        self.kind = check_kind(definition.kind)
        self.options = options_of(definition.kind, definition.options)
        self.test = definition.when.test if definition.when is not None else None
        self._answer = self.kind.answer
        self._effect = Effect(definition.effect)
        self._remedy = Sentence(definition.remedy) if definition.remedy is not None else None
        self._worded = lru_cache(maxsize=_WORDED)(self._word)

    def turns(self, case: Case) -> list[Instant]:
        """Return the instants at which time alone may change the answer."""
        return self.kind.turns(case, self.options)

    def check(self, case: Case, instants: Mapping[str, Instant], language: str) -> Check:
        """Return the answer in words."""
        case.judge_at(instants[self.deciding])
        answer = self._answer(case, self.options)
        if self.kind.rests_on_registry and answer.reason != UNAVAILABLE:
            return self._worded(answer, language, case.registry.as_of, case.registry.stale)
        return self._worded(answer, language)

    def _word(self, answer: CheckAnswer, language: str, as_of: Instant | None = None, stale: bool = False) -> Check:  # noqa: FBT001, FBT002
        values = dict(answer.values)
        wording = answer.wording or self.kind.wording(answer.reason)
        message = wording.message.filled(values, language)
        evidence = {name: _json(value, language) for name, value in answer.values}
        if stale:
            message = aged(message, as_of, language)
            evidence["stale"] = True
        remedy = wording.remedy if answer.outcome is Outcome.PASS or self._remedy is None else self._remedy
        return Check(
            id=self.definition.id,
            outcome=answer.outcome,
            reason=answer.reason,
            message=message,
            remedy=remedy.filled(values, language) if remedy is not None else "",
            evidence=evidence,
            as_of=as_of,
            effect=self._milder(answer.effect),
            required=self.definition.required,
        )

    def _milder(self, effect: Effect | None) -> str:
        if effect is None:
            return self._effect.value
        return min(self._effect, effect, key=_SEVERITY.__getitem__).value


def _json(value: object, language: str) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Title):
        return value.text(language)
    if isinstance(value, tuple):
        return [_json(one, language) for one in value]
    return value


class Judge:
    """Judges each ticket afresh. Raises ValueError for bad options."""

    def __init__(self, catalogue: Catalogue, definitions: Sequence[CheckDefinition]) -> None:
        self.catalogue = catalogue
        self.definitions = definitions
        self.checks = tuple(PreparedCheck(one) for one in definitions)
        self._conditional = any(one.test is not None for one in self.checks)
        self._moving = tuple(one for one in self.checks if one.deciding == "now")
        self._by_kind: dict[str, Options] = {}
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
        case = self.case(ticket, registry, fields, facts)
        instants = instants_of(ticket, now, replies)
        checks = tuple([one.check(case, instants, language) for one in self.made(case, now)])
        ahead = [turn for one in self._moving for turn in one.turns(case) if turn > now]
        return Judgement(joined(checks), min(ahead, default=None))

    def made(self, case: Case, now: Instant) -> Sequence[PreparedCheck]:
        """Return the checks that the policy wants for this ticket."""
        if not self._conditional:
            return self.checks
        facts = case.facts(now)
        return [one for one in self.checks if one.test is None or one.test(facts)]

    def case(
        self,
        ticket: Ticket,
        registry: RegistryAnswer,
        fields: Mapping[str, FieldValue] | None = None,
        facts: Facts | None = None,
    ) -> Case:
        """Return the ticket as the checks look at it."""
        return Case(ticket, registry, self.catalogue, fields=fields, facts=facts, options=self._by_kind)


def joined(checks: tuple[Check, ...]) -> Support:
    """Return the checks with what they add up to."""
    return Support(verdict=verdict(checks), checks=checks)


def instants_of(ticket: Ticket, now: Instant, replies: Sequence[Instant]) -> dict[str, Instant]:
    """Return the instants at which a check may be judged, by the names that a policy gives them.

    `reply` is the latest one up to `now`, before the first one the creation.
    """
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
