"""Is the requester entitled to support? Each check answers pass, warn, fail or unknown; the verdict joins them (EL-10).

The bridge recommends; people refuse. A registry that does not answer takes nothing away from anybody (EL-11).
"""

from collections.abc import Mapping, Sequence

from bridge.customers import Category, Presence, RegistryAnswer
from bridge.decisions import Support
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.catalogue import Catalogue
from bridge.policies.checks.judge import Judge, Judgement
from bridge.policies.checks.remembering_judge import RememberingJudge
from bridge.tickets import FieldValue, Instant, Ticket

_JUDGES: list[RememberingJudge] = []
_JUDGES_KEPT = 16


def judge_of(catalogue: Catalogue, definitions: Sequence[CheckDefinition]) -> RememberingJudge:
    """Return the judge by this catalogue and these definitions, the same one for the same two objects."""
    for known in _JUDGES:
        if known.catalogue is catalogue and known.definitions is definitions:
            return known
    judge = RememberingJudge(Judge(catalogue, definitions))
    _JUDGES.insert(0, judge)
    del _JUDGES[_JUDGES_KEPT:]
    return judge


def assess(
    ticket: Ticket,
    answer: RegistryAnswer,
    catalogue: Catalogue,
    definitions: Sequence[CheckDefinition],
    *,
    now: Instant,
    language: str,
    replies: Sequence[Instant] = (),
    fields: Mapping[str, FieldValue] | None = None,
    facts: Facts | None = None,
) -> Judgement:
    """Return the support verdict at `now` and when time alone would change it.

    A check is judged at the ticket's creation, at `now`, or at the latest of `replies` (before the first one: at
    creation), as its definition says. `fields` are the ticket's inputs by name; without them those of `facts`,
    without both the ticket's own, and then nothing counts that only an agent may set, since nothing vouches that an
    agent set it (AG-3). `facts` serve the checks' `when` conditions. `language` is `ru`, or else English.
    """
    judge = judge_of(catalogue, definitions)
    return judge.judge(ticket, answer, now=now, language=language, replies=replies, fields=fields, facts=facts)


def category_of(answer: RegistryAnswer) -> Category | None:
    """Return the customer's category (AG-5): unregistered is only whom a healthy registry does not know. None without a
    usable registry, and when several customers match."""
    if answer.presence is Presence.FOUND and answer.customer is not None:
        return answer.customer.category
    return Category.UNREGISTERED if answer.presence is Presence.NOT_FOUND else None


def registry_turns(
    answer: RegistryAnswer, support: Support, created_at: Instant
) -> tuple[Instant | None, Instant | None]:
    """Return when the registry's answer about a ticket created then changes by itself, as far as the decision shows it; None
    for never.

    That is when another person is in charge, and when the copy grows too old: then checks that rest on it tell its age, and
    who is younger than the copy is no longer known to be unregistered (EL-11).
    """
    stale = answer.stale_from
    if stale is not None and all(check.as_of is None for check in support.checks):
        unlisted = answer.presence is Presence.NOT_FOUND and created_at > (answer.as_of or 0)
        stale = stale if unlisted else None
    return answer.curator_until, stale
