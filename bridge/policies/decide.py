"""The decision: one ticket, one policy, one instant in; level, verdict, clocks, state, reason and fields out.

Pure: no clock, no network, no files; the same inputs give the same bytes. The way of a ticket through it: its log becomes a
timeline (`history`), the eligibility checks are judged (`checks`), the timeline is replayed through rules and clocks
(`clocks`), and the result is told as fields and a sentence (`outcome`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from bridge.customers import NO_REGISTRY, Category, RegistryAnswer
from bridge.decisions import Clock, ClockState, CustomerView, Decision, Support, SupportVerdict
from bridge.policies.actions.due import Due, due_actions, due_on_trial
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE, Catalogue
from bridge.policies.checks.eligibility import judge_of, registry_turns
from bridge.policies.checks.judge import Judgement
from bridge.policies.clocks.cycle import TermsReplay
from bridge.policies.clocks.in_force import Rulebook, Terms, rulebook_of
from bridge.policies.clocks.receipt import ledger_of
from bridge.policies.clocks.replay import Replay
from bridge.policies.clocks.verdicts import Verdicts, conclude
from bridge.policies.history.reading import read_history
from bridge.policies.history.timeline import Timeline
from bridge.policies.outcome.basis import Basis
from bridge.policies.outcome.fields import FieldSources, project, standing_category
from bridge.policies.outcome.reason import NOT_YET, calendar_hole, hole, reason_of
from bridge.tickets import Instant, Ticket

_LANGUAGES = frozenset({"ru", "en"})
_NO_ADDRESSES: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class _Question:
    """What is asked: a ticket, the policy to decide by, the instant, and what is known of the customer and the products."""

    ticket: Ticket
    policy: Policy
    rulebook: Rulebook
    now: Instant
    registry: RegistryAnswer
    catalogue: Catalogue
    category: Category | None


def decide(
    ticket: Ticket,
    policy: Policy,
    *,
    now: Instant,
    registry: RegistryAnswer = NO_REGISTRY,
    catalogue: Catalogue = EMPTY_CATALOGUE,
    receipts: bool = False,
    addresses: Mapping[str, str] | None = _NO_ADDRESSES,
    acts: bool = True,
    on_trial: str | None = None,
) -> Decision:
    """Return what the policy says about the ticket at `now`.

    Events after `now` are not seen, so a past instant shows what would have been decided then. With `receipts` each clock
    carries its ledger. `addresses` are those that actions name by a word, such as `manager` (None: nobody misses one);
    without `acts` no action is looked for; with `on_trial` the action of that id alone is due, whatever has happened.
    Raises CalendarError where a deadline lies beyond the horizon of its calendar.
    """
    category = standing_category(registry, ticket.bridge.fields)
    question = _Question(ticket, policy, rulebook_of(policy), now, registry, catalogue, category)
    if now < ticket.created_at:
        return _not_yet(question)
    timeline, facts = _at_creation(ticket, policy, now, registry, category)
    opened = question.rulebook.terms_at(timeline.last_opened_at())
    judgement: Judgement | None = None
    if question.rulebook.looks_at_checks:
        timeline.play(facts, now)
        judgement = _judge(question, opened, timeline, facts)
        facts.checks = judgement.checks
        timeline.rewind(facts)
    replay = Replay(question.rulebook, timeline, facts)
    replay.run(now, imported=ticket.imported)
    if judgement is None:
        judgement = _judge(question, opened, timeline, facts)
    ledger = partial(ledger_of, created_at=ticket.created_at, language=policy.language) if receipts else None
    verdicts = conclude(replay.metrics, ticket.bridge.cycles, now, ledger=ledger, known_from=ticket.history_from)
    of_registry = registry_turns(registry, judgement.support, ticket.created_at)
    for instant in (judgement.next_change_at, replay.next_raise_at, *of_registry):
        if instant is not None and instant > now:
            verdicts.expect(instant)
    basis = _basis(question, timeline, replay, verdicts, opened, judgement)
    holes = _holes(basis, policy.language)
    shown = judgement.support_in(policy.language)
    reason = _reason(policy.language, verdicts.state, verdicts.clocks, basis, shown, holes)
    warnings = (*timeline.warnings, *replay.pledges.warnings, *holes)
    made = _decision(question, verdicts, judgement.support, basis, reason=reason, warnings=warnings)
    if on_trial is not None:
        _act(made, due_on_trial(basis, verdicts, addresses, on_trial), verdicts)
    elif acts and (verdicts.acting or question.rulebook.acts):
        _act(made, due_actions(basis, verdicts, replay.levels or (), addresses), verdicts)
    return made


def _act(decision: Decision, due: Due, verdicts: Verdicts) -> None:
    """Add to a decision what is to be done."""
    decision.actions = tuple(due.actions)
    decision.warnings = (*decision.warnings, *due.warnings)
    for instant in due.expected:
        if instant > decision.at:
            verdicts.expect(instant)
    decision.next_change_at = verdicts.next_change_at


def reason_in(language: str, decision: Decision, basis: Basis) -> str:
    """Return the reason of a decision in a language of one's own choice."""
    shown = basis.judgement.support_in(language)
    return _reason(language, decision.state, decision.clocks, basis, shown, _holes(basis, language))


def _reason(
    language: str, state: ClockState, clocks: Sequence[Clock], basis: Basis, support: Support, holes: Sequence[str]
) -> str:
    return reason_of(
        level=basis.choice.level.definition.title if basis.choice else None,
        state=state,
        clocks=clocks,
        titles=basis.rulebook.titles,
        holes=holes,
        support=support,
        language=language,
    )


def _judge(question: _Question, terms: Terms, timeline: Timeline, facts: Facts) -> Judgement:
    """Return the checks judged in the ticket's language, for the customer."""
    ticket = question.ticket
    replies = timeline.agent_responses() if terms.wants_replies else ()
    language = ticket.language if ticket.language in _LANGUAGES else question.policy.language
    judge = judge_of(question.catalogue, terms.checks).judge
    return judge(ticket, question.registry, now=question.now, language=language, replies=replies, facts=facts)


def _governing(replay: Replay, verdicts: Verdicts, opened: Terms) -> TermsReplay | None:
    """Return the terms with the rule that gives the ticket its level: those of the newest open cycle, else those that were in
    force when the ticket was last opened."""
    if verdicts.active:
        return max(verdicts.active, key=lambda cycle: cycle.start).terms
    return replay.under(opened)


def _basis(
    question: _Question,
    timeline: Timeline,
    replay: Replay,
    verdicts: Verdicts,
    opened: Terms,
    judgement: Judgement,
) -> Basis:
    governing = _governing(replay, verdicts, opened)
    return Basis(
        ticket=question.ticket,
        registry=question.registry,
        catalogue=question.catalogue,
        rulebook=question.rulebook,
        terms=opened,
        timeline=timeline,
        facts=replay.facts,
        now=question.now,
        choice=governing.choice if governing else None,
        by_rules=governing.by_rules if governing else None,
        active=verdicts.active,
        judgement=judgement,
    )


def _holes(basis: Basis, language: str) -> tuple[str, ...]:
    """Return a sentence for each metric that the level measures but not for these facts, and one for a missing calendar."""
    choice, facts = basis.choice, basis.facts
    if choice is None or not choice.level.gaps or facts.closed:
        return ()
    running = {cycle.plan.metric for cycle in basis.active}
    titles, level = basis.rulebook.titles, choice.level.definition.title
    priority = facts.priority.name if facts.priority else ""
    found = [one for one in choice.level.holes(facts) if one.metric not in running and one.metric in titles]
    # A table that all targets share is one hole.
    return tuple(
        dict.fromkeys(
            hole(level, titles[one.metric], priority, language)
            if one.calendars is None
            else calendar_hole(level, one.calendars.by, one.calendars.found(facts), language)
            for one in found
        )
    )


def _decision(
    question: _Question,
    verdicts: Verdicts,
    support: Support,
    basis: Basis,
    *,
    reason: str,
    warnings: tuple[str, ...],
) -> Decision:
    ticket, choice = question.ticket, basis.choice
    level = choice.level.id if choice else None
    return Decision(
        ticket_id=ticket.id,
        number=ticket.number,
        at=question.now,
        level=level,
        rule=choice.rule.id if choice else None,
        rule_at=choice.rule.at if choice else None,
        support=support,
        customer=_customer(question),
        clocks=tuple(verdicts.clocks),
        state=verdicts.state,
        reason=reason,
        due_at=verdicts.due_at(),
        next_change_at=verdicts.next_change_at,
        fields=project(
            FieldSources(
                level=level,
                state=verdicts.state,
                verdicts=verdicts,
                metrics=question.rulebook.metric_names,
                support=support,
                certificate_check=basis.terms.certificate_check,
                reason=reason,
                category=question.category,
                registry=question.registry,
                mail=ticket.bridge.mail,
            )
        ),
        policy_digest=question.policy.digest,
        warnings=warnings,
        basis=basis,
    )


def _not_yet(question: _Question) -> Decision:
    ticket, policy = question.ticket, question.policy
    return Decision(
        ticket_id=ticket.id,
        number=ticket.number,
        at=question.now,
        level=None,
        rule=None,
        rule_at=None,
        support=Support(verdict=SupportVerdict.UNKNOWN),
        customer=_customer(question),
        clocks=(),
        state=ClockState.NONE,
        reason=NOT_YET.text(policy.language),
        due_at=None,
        next_change_at=ticket.created_at,
        fields={},
        policy_digest=policy.digest,
    )


def _customer(question: _Question) -> CustomerView:
    customer, curator = question.registry.customer, question.registry.curator
    return CustomerView(id=customer.id if customer else None, category=question.category, curator=curator or None)


def _at_creation(
    ticket: Ticket, policy: Policy, now: Instant, registry: RegistryAnswer, category: Category | None
) -> tuple[Timeline, Facts]:
    """Return the ticket's timeline and the facts as they were at its creation."""
    timeline = read_history(ticket, now, policy.agent_inputs)
    known = category.value if category is not None else ""
    facts = Facts(ticket=ticket, at=ticket.created_at, registry=registry, category=known, **timeline.initial)
    return timeline, facts


def facts_at(
    ticket: Ticket, policy: Policy, *, now: Instant, registry: RegistryAnswer = NO_REGISTRY
) -> tuple[Timeline, Facts]:
    """Return the ticket's timeline, and the ticket as conditions see it at `now`, its checks left out."""
    timeline, facts = _at_creation(ticket, policy, now, registry, standing_category(registry, ticket.bridge.fields))
    timeline.play(facts, now)
    return timeline, facts


def facts_of(
    ticket: Ticket,
    policy: Policy,
    *,
    now: Instant,
    registry: RegistryAnswer = NO_REGISTRY,
    catalogue: Catalogue = EMPTY_CATALOGUE,
) -> tuple[Terms, Facts]:
    """Return the terms in force for the ticket, and the ticket as their rules see it at `now`, checks included."""
    timeline, facts = facts_at(ticket, policy, now=now, registry=registry)
    terms = rulebook_of(policy).terms_at(timeline.last_opened_at())
    judged = judge_of(catalogue, terms.checks).judge(
        ticket, registry, now=now, language=policy.language, replies=timeline.agent_responses(), facts=facts
    )
    facts.checks = judged.checks
    return terms, facts
