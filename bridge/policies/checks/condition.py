"""DESIGN §7: a check that the policy states itself, as conditions of the language with texts of its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from bridge.customers import Category, Presence
from bridge.decisions import Outcome
from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import AnsweringCondition, CheckDefinition, Trace
from bridge.policies.checks.answer import CheckAnswer, Effect
from bridge.policies.checks.case import Case
from bridge.policies.checks.check_kind import CheckKind, Options, Prepared, register
from bridge.policies.checks.facts_in_words import name_of, spoken
from bridge.policies.checks.validity import validity_turns
from bridge.policies.checks.wording import Sentence, Wording, joined
from bridge.tickets import Instant, Reference, format_instant

KIND = "condition"

FAILS, WARNS, UNKNOWN = "fails_when", "warns_when", "unknown_when"
"""The keys by which a check of one's own says when it has which answer; they stand beside `kind`."""


class ConditionOptions(Options):
    """A check of one's own has no options: what it says stands beside `kind`, see [check](#check)."""


@dataclass(frozen=True, slots=True)
class OwnCheck:
    """A check of one's own as it is asked: its conditions and its three sentences, made once.

    `asked` are all of its conditions, `paths` the facts that they look at.
    """

    id: str
    conditions: tuple[tuple[Outcome, AnsweringCondition], ...]
    doubt: AnsweringCondition | None
    asked: tuple[AnsweringCondition, ...]
    paths: tuple[str, ...]
    says: Wording
    fine: Wording
    open: Wording

    @classmethod
    def of(cls, definition: CheckDefinition) -> "OwnCheck":
        """Return the check that a policy defines."""
        stated = definition.conditions
        title = definition.title or Title(ru=definition.id, en=definition.id)
        remedy = Sentence(definition.remedy) if definition.remedy is not None else None
        outcomes = {Outcome.FAIL: FAILS, Outcome.WARN: WARNS}
        return cls(
            id=definition.id,
            conditions=tuple((outcome, stated[name]) for outcome, name in outcomes.items() if name in stated),
            doubt=stated.get(UNKNOWN),
            asked=tuple(stated.values()),
            paths=tuple(dict.fromkeys(path for condition in stated.values() for path in condition.paths)),
            says=Wording(Sentence(definition.message or title), remedy),
            fine=_wording(title, ru="замечаний нет", en="nothing to object to"),
            open=_wording(title, ru="сказать нельзя: {why}", en="it cannot be told: {why}"),
        )


def _wording(title: Title, *, ru: str, en: str) -> Wording:
    return Wording(Sentence(Title(ru=f"{title.ru}: {ru}", en=f"{title.en}: {en}")))


def answer(case: Case, own: OwnCheck) -> CheckAnswer:
    """Return what the policy's conditions make of the ticket; unknown where what decides cannot be known.

    The ticket is looked at as it stands, the registry's papers by the deciding day.
    """
    facts = case.facts
    facts.judged_at = case.at
    try:
        return _answer(case, own, facts)
    finally:
        facts.judged_at = None


def _answer(case: Case, own: OwnCheck, facts: Facts) -> CheckAnswer:
    # The doubt comes first: what is unknown never fails.
    if own.doubt is not None and own.doubt.answer(facts) is not False:
        return _unknown(case, own, own.doubt, facts)
    for outcome, condition in own.conditions:
        found = condition.answer(facts)
        if found is None:
            return _unknown(case, own, condition, facts)
        if found:
            at_most = Effect.LIMIT if _for_being_unregistered(case, condition, facts) else None
            return CheckAnswer(outcome, own.id, _seen(own, facts), at_most=at_most, wording=own.says)
    return CheckAnswer(Outcome.PASS, own.id, _seen(own, facts), wording=own.fine)


def _seen(own: OwnCheck, facts: Facts) -> tuple[tuple[str, object], ...]:
    """Return the facts that the check looked at, as evidence and sentences tell them."""
    asked = own.asked
    if len(asked) == 1:
        return tuple([(path, _told(path, value)) for path, value in asked[0].seen(facts)])
    found = dict(pair for condition in asked for pair in condition.seen(facts))
    return tuple([(path, _told(path, value)) for path, value in found.items()])


_LONGEST = 200
"""Characters that evidence keeps of a text; a subject is not longer, a pasted log is."""


def _told(path: str, value: object) -> object:
    if isinstance(value, str):
        return spoken(path, value) if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    if isinstance(value, Reference):
        return value.name
    if isinstance(value, tuple):
        return tuple(_told(path, one) for one in value)
    return format_instant(value) if path == "created" and isinstance(value, int) else value


def _unknown(case: Case, own: OwnCheck, condition: AnsweringCondition, facts: Facts) -> CheckAnswer:
    traces = condition.trace(facts)
    open_ = [one for one in traces if not one.known] or [one for one in traces if one.held] or traces
    why = joined(list(dict.fromkeys(_why(case, one) for one in open_)))
    unknown = tuple(dict.fromkeys(one.path for one in open_))
    values = (*_seen(own, facts), ("unknown", unknown), ("why", why))
    return CheckAnswer(Outcome.UNKNOWN, own.id, values, wording=own.open)


_BY_PRESENCE = {
    Presence.UNKNOWN: Title(ru="реестр клиентов недоступен", en="the customer registry is not available"),
    Presence.AMBIGUOUS: Title(
        ru="обращению подходит несколько клиентов реестра", en="several customers of the registry match"
    ),
}
_NOT_KEPT = Title(ru="реестр этого не сообщает", en="the registry does not tell")


def _why(case: Case, trace: Trace) -> Title:
    """Return why a fact is no evidence."""
    if _of_the_registry(trace.path) and not trace.known:
        return _BY_PRESENCE.get(case.registry.presence, _NOT_KEPT)
    title = name_of(trace.path)
    if trace.found in (None, "", ()):
        return Title(ru=f"не указано: {title.ru}", en=f"not stated: {title.en}")
    if trace.known:
        return title
    value = _told(trace.path, trace.found)
    return Title(ru=f"не читается: {title.ru} «{value}»", en=f"not readable: {title.en} “{value}”")


_OF_THE_REGISTRY = "customer."


def _of_the_registry(path: str) -> bool:
    return path.startswith(_OF_THE_REGISTRY)


def _for_being_unregistered(case: Case, condition: AnsweringCondition, facts: Facts) -> bool:
    """Return whether the condition holds for no other reason than that the registry does not know the customer.

    Nobody is refused for that alone, whatever the policy says.
    """
    if facts.category != Category.UNREGISTERED and case.registry.presence is not Presence.NOT_FOUND:
        return False
    others = [path for path in condition.paths if not _of_the_registry(path)]
    theirs = [path for path in condition.paths if _of_the_registry(path)]
    return condition.answer_by(theirs, facts) is True and condition.answer_by(others, facts) is not True


_PAPERS = ("customer.certificates", "customer.services")


def turns(case: Case, own: OwnCheck) -> list[Instant]:
    """Return the instants at which a paper of the registry begins or is over, where a condition looks at papers."""
    if not any(path in _PAPERS for path in own.paths):
        return []
    return validity_turns([*case.customer.certificates, *case.customer.contracts], case.registry.zone)


def _prepared(definition: CheckDefinition) -> Prepared:
    own = OwnCheck.of(definition)
    return Prepared(own, looks_at=_remembered(own.paths), rests_on_registry=any(map(_of_the_registry, own.paths)))


_OF_THE_CUSTOMER = frozenset(
    {"channel", *_PAPERS, *(f"customer.{name}" for name in ("category", "presence", "tier", "id", "name"))}
)
"""Facts that are the same for all tickets of a customer that came in alike."""


def _remembered(paths: Iterable[str]) -> tuple[str, ...] | None:
    """Return the fields on which the answer depends, None when it depends on more of the ticket."""
    fields: list[str] = []
    for path in paths:
        if path.startswith("fields."):
            fields.append(path.removeprefix("fields."))
        elif path not in _OF_THE_CUSTOMER and not path.startswith("customer.attributes."):
            return None
    return tuple(fields)


register(
    CheckKind(
        KIND,
        Title(ru="Своё условие", en="Own condition"),
        ConditionOptions,
        answer,
        {},
        place=90,
        turns=turns,
        prepare=_prepared,
    )
)
